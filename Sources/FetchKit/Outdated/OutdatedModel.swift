/// A model on this machine of which the source has a newer version or commit.
package struct OutdatedModel: Sendable, Equatable {
    package var name: String
    /// The version or commit that is here.
    package var have: String
    package var newest: String
    /// Bytes of what is newer; nil where that is not known.
    package var size: Int64?
    /// The reference that gets it: of a repo at its branch, so that what it gets is not pinned.
    package var ref: String
    /// The reference that gets exactly what was found; nil: ``ref``.
    package var pinned: String?
    /// The file, or the cache's folder of the repo: absolute.
    package var path: String
    /// The model list that put it there.
    package var list: String?
    /// For a repo in the Hub's cache: its root.
    package var cache: String?
    /// The files of the repo that are there.
    package var files: [String] = []
    /// The file's own record, absolute.
    package var record: String?
    /// The branch of a repo that its file came from: the newer one comes from there too.
    package var branch: String?

    package init(
        name: String, have: String, newest: String, size: Int64?, ref: String, path: String, list: String? = nil, cache: String? = nil,
        pinned: String? = nil, files: [String] = [], record: String? = nil, branch: String? = nil
    ) {
        self.name = name
        self.have = have
        self.newest = newest
        self.size = size
        self.ref = ref
        self.pinned = pinned
        self.path = path
        self.list = list
        self.cache = cache
        self.files = files
        self.record = record
        self.branch = branch
    }
}
