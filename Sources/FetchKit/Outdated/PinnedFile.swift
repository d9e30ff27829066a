/// A file of the Hub that was fetched at a commit, not from a branch: no commit is newer than the one that was asked for.
package struct PinnedFile: Sendable, Equatable {
    /// Absolute.
    package var path: String
    /// The model list that put it there: absolute.
    package var list: String?

    package init(path: String, list: String?) {
        self.path = path
        self.list = list
    }
}
