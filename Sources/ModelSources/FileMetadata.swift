/// What a source tells about a file's model; the names are those of the `resolved` event's `metadata`.
package struct FileMetadata: Sendable, Equatable {
    package var pageURL: String?
    package var model: String?
    package var version: String?
    /// The branch or tag of a repo that was asked for; the commit where one was named.
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
