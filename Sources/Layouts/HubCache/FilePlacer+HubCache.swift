import FetchTypes
import Partials
import Storage

extension FilePlacer {
    /// Shows a blob under its name in the snapshot.
    func point(_ entry: HubCacheEntry, isNew: Bool) async throws {
        if !isNew, isPointed(entry) { return }
        try makeFolders()
        let temporary = Disk.temporaryPath(in: entry.folder.blobs)
        if entry.mayLink, try Disk.makeLink(entry.pointer, saying: entry.link, temporary: temporary) {
            return Disk.synchronizeDirectory(Path.parent(entry.pointer))
        }
        // Without links a snapshot holds the files themselves. A blob that was there may be pointed to from elsewhere.
        if isNew {
            try await FileCopy.move(entry.blob, to: entry.pointer)
        } else {
            try await FileCopy(source: entry.blob, target: entry.pointer).run()
        }
        Disk.synchronizeDirectory(Path.parent(entry.pointer))
        guard var record = JSONFile.read(FinishedRecord.self, from: placement.record), let status = Disk.status(entry.pointer) else {
            return
        }
        record.modified = status.modified
        try Disk.makeDirectories(Path.parent(entry.ownRecord))
        try JSONFile.write(record, to: entry.ownRecord)
        if isNew { Disk.remove(placement.record) }
    }

    /// Whether the snapshot shows these bytes, by a link of whatever wording or by a file of its own.
    private func isPointed(_ entry: HubCacheEntry) -> Bool {
        guard let there = Disk.status(entry.pointer) else { return false }
        if there.kind == .file { return true }
        guard let seen = Disk.followedStatus(entry.pointer), let blob = Disk.followedStatus(entry.blob) else { return false }
        return seen.device == blob.device && seen.inode == blob.inode
    }
}
