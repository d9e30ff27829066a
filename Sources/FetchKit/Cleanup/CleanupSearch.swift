import Partials
import Storage

/// Looks through folders for what unfinished downloads left.
package struct CleanupSearch: Sendable {
    /// Whether what `huggingface_hub` left counts too.
    package var includesHub: Bool

    /// When the search ends with what it has found; nil: when everything has been looked at.
    package var deadline: ContinuousClock.Instant?

    package init(includesHub: Bool) { self.includesHub = includesHub }

    /// - Parameter path: a folder, everything below it; or a file: what is left of a download to it.
    package func find(_ path: String) -> [UnfinishedDownload] {
        let path = Path.absolute(path)
        guard Disk.followedStatus(path)?.kind == .directory else {
            let names = PartialNames(target: path)
            let wanted = Set([names.data, names.control, names.record, path])
            return look(in: Path.parent(path), only: { files in files.contains(where: wanted.contains) })
        }
        var found: [UnfinishedDownload] = []
        var open = [Path.real(path) ?? path]
        while let folder = open.popLast() {
            if let deadline, ContinuousClock.now > deadline { break }
            let names = Disk.names(in: folder)
            found += look(in: folder, names)
            // What lies in a folder of links is one partial's.
            open += names.reversed().filter { !$0.hasSuffix(UnfinishedDownload.fleetEnding) }.map { Path.join(folder, $0) }
                .filter { Disk.status($0)?.kind == .directory }
        }
        return found
    }

    private func look(in folder: String, _ names: [String]? = nil, only isWanted: ([String]) -> Bool = { _ in true })
        -> [UnfinishedDownload]
    {
        let names = names ?? Disk.names(in: folder)
        let found =
            UnfinishedDownload.ours(in: folder, names, now: ThisProcess.now)
            + (includesHub ? HubLeftovers.leftovers(in: folder, names) : [])
        return found.filter { isWanted($0.files) }
    }
}
