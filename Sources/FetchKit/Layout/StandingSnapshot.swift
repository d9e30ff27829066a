package import ModelReference
package import ModelSources

/// A file of a repo as it stands on the disk.
package struct StandingFile: Sendable, Equatable {
    /// Its path in the repo.
    package var path: String
    /// Where it is looked for, absolute.
    package var location: String
    /// Bytes; nil when it is missing: a link that leads nowhere, a record without its file.
    package var size: Int64?
    /// What its bytes are said to be by the place where it stands: a SHA-256 or git SHA-1; nil when nothing says so.
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

/// The files of one commit that stand in one place.
package struct StandingSnapshot: Sendable {
    package enum Place: Sendable, Equatable {
        case cache(HubCacheFolder)
        /// A folder as `hf download --local-dir` makes it; it does not say of which repo.
        case local
        /// A folder with our records.
        case plain
    }

    package var place: Place
    /// The folder that holds the files under their paths, absolute.
    package var directory: String
    /// Nil where the place does not say.
    package var type: HubReference.RepoType?
    /// `org/name`, or a one-word name.
    package var repo: String?
    /// 40 hexadecimal digits.
    package var commit: String
    /// Sorted by path.
    package var files: [StandingFile]
    /// Every file of the commit, where a list was kept.
    package var tree: [HubTreeFile]?

    /// The files of the list that are missing here, by their paths. Empty when there is no list.
    package func missing(_ isWanted: (String) -> Bool = { _ in true }) -> [String] {
        let there = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        return (tree ?? []).filter { isWanted($0.path) && there[$0.path]?.size != $0.size }.map(\.path)
    }
}
