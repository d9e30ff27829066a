package import FetchTypes

/// The services that a reference may name; raw values are those of the events' `source` field.
package enum SourceName: String, Sendable, CaseIterable {
    case huggingFace = "hf"
    case civitai
    case gdrive
    case github
    case modelscope
    case ollama
    case direct = "url"
}

/// What a reference turned out to be: its files, with what the source publishes about each.
///
/// Resolving costs no download count and moves no file byte.
package struct Resolution: Sendable {
    package var source: SourceName
    /// What a person sees before bytes move: `Pastel Mix — v4 (SD 1.5)`, `org/name@1a2b3c4`.
    package var title: String
    /// For a whole repo or a folder: the name of the folder it gets when none is asked for. Nil for a single file.
    package var folderName: String?
    package var files: [SourceFile]
    /// What else the source tells of it; complete only when ``FileSelection/describes``.
    package var facts: [Fact] = []
    /// Asks once whether the bytes may be had at all, where the source has said that they may not; nil where there is no doubt.
    /// Throws what ``ByteLocator/locate()`` throws.
    package var preflight: (@Sendable () async throws -> Void)?
    /// For what comes from the Hub.
    package var hub: HubSnapshot?
    /// What a registry says of it, where ``FileSelection/wantsRegistry``.
    package var manifest: RegistryManifest?
    /// The quantisations that a repo of GGUF files holds, where ``FileSelection/describes``.
    package var quantisations: [Quantisation] = []
    /// What stands on the disk and is taken as it is, because the source could not be asked: an absolute path. There are no
    /// files then.
    package var kept: String?

    package init(source: SourceName, title: String, folderName: String? = nil, files: [SourceFile], hub: HubSnapshot? = nil) {
        self.source = source
        self.title = title.withoutControlCharacters
        self.folderName = folderName
        self.files = files
        self.hub = hub
    }
}

/// One file at a source.
package struct SourceFile: Sendable {
    /// What the file *is*, whatever its version: the same repo and path, the same CivitAI version and file,
    /// the same URL without its signature. A finished file is only ever replaced by one of the same identity.
    package var identity: String
    /// The reference that gets exactly these bytes again (commit pinned, file id named).
    package var pinned: String
    /// Where it belongs under the target directory: a plain name, or a path with `/` for a repo. As the
    /// stranger wrote it: not yet checked.
    package var path: String
    /// Its path in its repo, where it has one: ``path`` may be its name alone.
    package var repoPath: String?
    /// What else it may be named by; nil: ``path`` is the name that is published.
    package var served: ServedName?
    /// How large it is, when known exactly.
    package var length: ByteCount?
    /// ``length`` in bytes.
    package var size: Int64? { length?.bytes }
    package var digest: PublishedDigest?
    /// Its BLAKE3, lower-case hexadecimal, where that is published besides; not compared.
    package var blake3: String?
    /// The entity tag of what is offered now, where resolving showed it: tells versions apart when nothing better does.
    package var etag: String?
    /// `Last-Modified` of the bytes, as it was sent, where the answer that told of them was the file itself.
    package var lastModified: String?
    package var metadata: FileMetadata
    /// What else the source tells of it, when ``FileSelection/describes``.
    package var facts: [Fact] = []
    /// Connections at once that the source takes well; nil when that is not known to matter.
    package var connections: Int?
    /// Makes the files that other programs look for beside this one; nil when the source has nothing to make them of.
    package var sidecars: (any SidecarMaker)?
    /// Gets the bytes' address.
    package var locator: any ByteLocator

    package init(
        identity: String, pinned: String, path: String, size: ByteCount? = nil, digest: PublishedDigest? = nil, etag: String? = nil,
        metadata: FileMetadata = FileMetadata(), connections: Int? = nil, locator: any ByteLocator
    ) {
        self.identity = identity
        self.pinned = pinned
        self.path = path
        length = size
        self.digest = digest
        self.etag = etag
        self.metadata = metadata
        self.connections = connections
        self.locator = locator
    }
}

/// What a source tells about a file's model; the names are those of the `resolved` event's `metadata`.
package struct FileMetadata: Sendable, Equatable {
    package var pageURL: String?
    package var model: String?
    package var version: String?
    /// The branch or tag of a repo that was asked for; nil where a commit was.
    package var branch: String?
    package var type: String?
    package var baseModel: String?
    package var trainedWords: [String] = []
    package var licence: String?
    package var gated: Bool?
    /// Not everybody may read the repo.
    package var isPrivate = false
    package var nsfw: Bool?
    package var previewURLs: [String] = []
    /// What the file is within its model (`Model`, `VAE`, `Config`, …) and its format, where the source tells files apart so.
    package var fileType: String?
    package var fileFormat: String?

    package init() {}

    /// Whether the source gives the file only to those whom it knows.
    package var isRestricted: Bool { isPrivate || gated == true }
}

/// Turns a file into an address for its bytes. Called once for a job, and again only to renew.
package protocol ByteLocator: Sendable {
    /// The host that is asked; never more of its URL.
    var host: String { get }

    /// - Throws: ``Failure`` when the source refuses for good, ``TransientRefusal`` when it may answer
    ///   later, ``TransportFault`` when it was not reached.
    func locate() async throws -> ByteLink
}

/// An address for bytes, signed or not. The URL's query may be a signature: it is never shown or stored.
package struct ByteLink: Sendable {
    package var url: WebURL
    /// What the bytes themselves need (the typed origin's own headers); empty for signed links. A file
    /// whose link has any is fetched by the builtin engine.
    package var secretHeaders: [(name: String, value: Secret)]
    /// Ordinary headers that the bytes need.
    package var headers: [(name: String, value: String)]
    /// When the link stops working, in seconds since 1970 **by the server's clock**; nil when it does not say.
    package var expires: Double?
    /// Server clock minus ours, in seconds, from the `Date` of the answer that gave the link.
    package var clockOffset: Double
    /// How large the file is, where the source said so along with the link.
    package var length: ByteCount?
    /// ``length`` in bytes.
    package var size: Int64? { length?.bytes }
    /// The entity tag of the bytes, quotes and all, where the answer that gave the link was the file itself.
    package var etag: String?
    /// `Last-Modified` of the same answer, as it was sent.
    package var lastModified: String?
    /// Whether the link may lead into loopback or private networks (the typed host or endpoint is there itself).
    package var allowsPrivateAddress: Bool
    /// Whether the server gives parts of the file, where it has shown that; nil when it has not been asked.
    package var servesRanges: Bool?
    /// Whether its storage is known to give parts of files, though this link has not been asked: all connections are opened at once.
    package var assumesRanges = false
    /// The answer of the link itself to a request for one byte, where that is how it was found.
    package var answer: LinkAnswer?
    /// A small file, of which there may be thousands: several connections gain nothing, and every further request costs.
    package var isSmall = false

    package init(
        url: WebURL, secretHeaders: [(name: String, value: Secret)] = [], headers: [(name: String, value: String)] = [],
        expires: Double? = nil, clockOffset: Double = 0, size: ByteCount? = nil, etag: String? = nil,
        allowsPrivateAddress: Bool = false, servesRanges: Bool? = nil
    ) {
        self.url = url
        self.servesRanges = servesRanges
        self.secretHeaders = secretHeaders
        self.headers = headers
        self.expires = expires
        self.clockOffset = clockOffset
        length = size
        self.etag = etag
        self.allowsPrivateAddress = allowsPrivateAddress
    }
}

/// What a link has answered.
package struct LinkAnswer: Sendable {
    package var head: HTTPResponse
    /// Seconds since 1970.
    package var time: Double

    /// - Parameter head: its body is left out.
    package init(_ head: HTTPResponse, at time: Double) {
        self.head = head
        self.head.body = []
        self.time = time
    }
}

/// The source answered, but not with what was asked, and may do so later: throttled, overloaded, a gateway in trouble.
package struct TransientRefusal: Error, Sendable {
    /// ``FailureKind/rateLimited`` or ``FailureKind/server``, and what to say when retries run out.
    package var failure: Failure
    /// Seconds that the server asked to wait (`Retry-After`, `RateLimit`); nil when it did not.
    package var retryAfter: Seconds?

    package init(_ failure: Failure, retryAfter: Seconds? = nil) {
        self.failure = failure
        self.retryAfter = retryAfter
    }
}
