/// Something of which its source has a newer version or commit.
struct OutdatedModel: Sendable, Equatable {
    var name: String
    /// The version or commit that is here.
    var have: String
    var newest: String
    /// Bytes of what is newer; nil where that is not known.
    var size: Int64?
    /// The reference that gets it.
    var ref: String
    /// The file, or the cache's folder of the repo: absolute.
    var path: String
    /// The model list that put it there.
    var list: String?
    /// For a repo in the Hub's cache: its root.
    var cache: String?
    /// The files of the repo that are there.
    var files: [String] = []
    /// The file's own record, absolute.
    var record: String?
    /// The branch of a repo that its file came from: the newer one comes from there too.
    var branch: String?
}
