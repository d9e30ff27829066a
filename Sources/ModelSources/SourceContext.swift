package import FetchTypes

/// Everything a resolver may use: nothing is read from globals.
package struct SourceContext: Sendable {
    /// Sends one request; redirects are not followed, 429 and 5xx are not retried.
    package var send: HTTPSend
    /// The same for a description that holds no signed link: it may be what another reference of this run was answered. Nil: as ``send``.
    package var describe: HTTPSend?
    /// The process environment.
    package var environment: [String: String]
    /// Reads a small file whole (token files); nil when it is not there.
    package var readFile: @Sendable (String) -> String?
    /// The same for the user's netrc file, which may be a pipe; nil also where that gives nothing.
    package var readNetrc: @Sendable (String) -> String?
    package var selection: FileSelection
    /// Whether a direct link may lead into private networks: false for one from an untrusted source.
    package var allowsPrivateStart = true
    /// Whether the user's netrc file counts: only for links that the user typed.
    package var usesNetrc = true
    /// Seconds since 1970 by this machine's clock.
    package var now: @Sendable () -> Double
    /// Says something to the user that is not a failure.
    package var warn: @Sendable (_ kind: String, _ message: String) -> Void
    /// Which links may be asked for before it is known that they are needed, beside the description.
    package var prefetching = LinkPrefetching.none
    /// Connections to an origin that are made while it is asked what a direct link leads to, besides the one that it is asked over.
    package var furtherConnections: @Sendable (Origin) -> Int = { _ in 0 }
    /// Whether a file whose ``SourceFile/identity`` begins so was finished earlier where this one is to go.
    package var isRecorded: @Sendable (_ identityPrefix: String) -> Bool = { _ in false }
    /// Takes the right to ask ahead for the file whose ``SourceFile/identity`` begins so, for the place where it is to go. Nil where
    /// another process has it: by then that process has begun to fetch the file, or has ended.
    package var claimAhead: @Sendable (_ identityPrefix: String) async throws -> (any AheadClaim)? = { _ in UncontestedClaim() }
    /// Whether a repo's list has to say what `huggingface_hub` keeps of it, Xet hashes included.
    package var needsHubTree = false
    /// Descriptions of repos of which several references of the batch name files; nil: there are none.
    package var repos: HubRepoMemory?
    /// Told of a path that a commit does not have.
    package var noteAbsence: @Sendable (_ path: String, _ snapshot: HubSnapshot) -> Void = { _, _ in }

    package init(
        send: @escaping HTTPSend, environment: [String: String], readFile: @escaping @Sendable (String) -> String?,
        selection: FileSelection = FileSelection(), now: @escaping @Sendable () -> Double = UTCTime.now,
        warn: @escaping @Sendable (_ kind: String, _ message: String) -> Void = { _, _ in }
    ) {
        self.send = send
        self.environment = environment
        self.readFile = readFile
        readNetrc = readFile
        self.selection = selection
        self.now = now
        // The message may quote untrusted text.
        self.warn = { kind, message in warn(kind, ForeignText(message).description) }
    }
}

/// The right to ask ahead for a file; it is given back when the object goes.
package protocol AheadClaim: AnyObject, Sendable {
    /// The bytes are about to be fetched: tasks that wait for that may go on.
    func begin()
}

/// For callers without a second process that could ask.
package final class UncontestedClaim: AheadClaim {
    package init() {}
    package func begin() {}
}

/// Which links a resolver may ask for ahead of need, to save a round trip.
package enum LinkPrefetching: Int, Sendable, Comparable {
    case none
    /// Those that cost nothing but the request.
    case free
    /// Those too that the service counts as a download: the caller is going to fetch this one reference now.
    case counted

    package static func < (one: LinkPrefetching, other: LinkPrefetching) -> Bool { one.rawValue < other.rawValue }
}

/// Which of a reference's files are wanted, and on which terms: the options of `add` that sources read.
package struct FileSelection: Sendable {
    /// The Hub's fnmatch patterns; none means everything.
    package var include: [String] = []
    package var exclude: [String] = []
    /// That nothing is left by them, or in a folder, is an answer and no error: as the tools of other projects have it.
    package var allowsNothing = false
    /// A path in a repo is that of a file, never of a folder.
    package var namesOneFile = false
    /// A typed token that the service rejects ends the request, where we would go on without one.
    package var keepsToToken = false
    /// As `@REV` in the reference.
    package var revision: String?
    /// `--file`: a name, an id, or `all`.
    package var file: String?
    package var format: String?
    package var fp: String?
    package var size: String?
    package var quant: String?
    /// Of a quantisation that is asked for by its tag: whether its projector comes too. Nil: where the repo has one.
    package var projector: Bool?
    /// Everything that a registry has of a model is wanted, with its manifest: for Ollama's store.
    package var wantsRegistry = false
    /// Whether no option says which file of several.
    package var choosesByDefault: Bool { file == nil && format == nil && fp == nil && size == nil && quant == nil }
    package var allowsUnsafe = false
    /// Facts are wanted too, and the further requests that they cost: to look, not to fetch.
    package var describes = false
    /// `--header`: for the typed origin only.
    package var headers: [(name: String, value: Secret)] = []

    package init() {}
}
