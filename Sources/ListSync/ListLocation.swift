import FetchTypes

/// Which list is meant, and where its files go, as typed.
package struct ListLocation: Sendable {
    /// The list's file; nil: `models.toml` in the current folder.
    package var file: String?
    /// The folder in place of the list's own directory.
    package var directory: String?
    /// Whether paths of the list may lead out of its folder.
    package var isOutsideAllowed: Bool

    package init(file: String? = nil, directory: String? = nil, isOutsideAllowed: Bool = false) {
        self.file = file
        self.directory = directory
        self.isOutsideAllowed = isOutsideAllowed
    }
}
