package import Partials

/// A file of a repo as it is on the disk.
package struct LocalFile: Sendable, Equatable {
    /// Its path in the repo.
    package var path: String
    /// Where it is looked for, absolute.
    package var location: String
    /// Bytes; nil when it is missing: a link that leads nowhere, a record without its file.
    package var size: Int64?
    /// What its bytes are said to be by the place where it is: a SHA-256 or git SHA-1; nil when nothing says so.
    package var etag: String?
    /// Our record of it, as long as it describes the file as it is now.
    package var record: FinishedRecord?

    /// Whether the file has changed since that was written which says what it is.
    package var isChanged = false

    package init(
        path: String, location: String, size: Int64? = nil, etag: String? = nil, record: FinishedRecord? = nil, isChanged: Bool = false
    ) {
        self.path = path
        self.location = location
        self.size = size
        self.etag = etag
        self.record = record
        self.isChanged = isChanged
    }
}
