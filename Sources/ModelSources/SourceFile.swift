package import FetchTypes

/// One file at a source.
package struct SourceFile: Sendable {
    /// What the file *is*, whatever its version: the same repo and path, the same CivitAI version and file,
    /// the same URL without its signature. A finished file is only ever replaced by one of the same identity.
    package var identity: String
    /// The reference that gets exactly these bytes again (commit pinned, file id named).
    package var pinned: String
    /// Where it belongs under the target directory: a plain name, or a path with `/` for a repo. As the
    /// source sent it: untrusted, not yet checked.
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
