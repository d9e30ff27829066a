import FetchTypes
package import Partials
import Storage
/// Brings a file to where its layout has it looked for: once its bytes have their final name, or were found to have it.
package struct FilePlacer {
    private let placement: PlacementPlan

    package init(_ placement: PlacementPlan) { self.placement = placement }

    /// The bytes are whole and verified: they get their final name, and whatever the layout wants besides.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func place(_ partial: Partial) async throws {
        try await FileCopy.move(partial.names.data, to: placement.payload)
        Disk.synchronizeDirectory(Path.parent(placement.payload))
        try await settle(isNew: true)
    }

    /// The bytes were there already: makes what of the layout is missing.
    package func confirm() async throws { try await settle(isNew: false) }

    private func settle(isNew: Bool) async throws {
        switch placement.form {
        case .plain: break
        case .cache(let entry): try await point(entry, isNew: isNew)
        case .local(let entry): try describe(entry)
        }
    }

    private func makeFolders() throws(IOFault) {
        for folder in placement.folders { try Disk.makeDirectories(folder) }
        for strange in placement.strange { try Disk.makeDirectories(below: strange.root, strange.names) }
    }

    // MARK: cache

    private func point(_ entry: HubCacheEntry, isNew: Bool) async throws {
        if !isNew, isPointed(entry) { return }
        try makeFolders()
        let temporary = Path.join(entry.folder.blobs, entry.etag + ".fetchctl-link")
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

    // MARK: local folder

    private func describe(_ entry: HubLocalEntry) throws(IOFault) {
        guard let status = Disk.followedStatus(entry.file) else { return }
        if let known = HubLocalMetadata(reading: entry.metadata), known.commit == entry.commit, known.etag == entry.etag,
            known.describes(status)
        {
            return
        }
        try makeFolders()
        // After the file, because metadata that is older than its file is ignored.
        let time = max(ThisProcess.now, Double(status.modified) / 1e9)
        try Disk.replace(entry.metadata, with: Array(HubLocalMetadata(commit: entry.commit, etag: entry.etag, time: time).text.utf8))
    }
}
