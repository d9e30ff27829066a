package import ModelReference
package import ModelSources

/// The files of one commit that are in one place.
package struct LocalSnapshot: Sendable {
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
    package var files: [LocalFile]
    /// Every file of the commit, where a list was kept.
    package var tree: [HubTreeFile]?

    /// The files of the list that are missing here, by their paths. Empty when there is no list.
    package func missing(_ isWanted: (String) -> Bool = { _ in true }) -> [String] {
        let there = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        return (tree ?? []).filter { isWanted($0.path) && there[$0.path]?.size != $0.size }.map(\.path)
    }
}
