import FetchTypes
import Layouts
import ListSync
import ModelSources
import Partials
import Storage

/// The files of a folder that may be models, and what records, caches and metadata say about them. No file is read whole.
struct FolderFiles {
    /// Absolute.
    let folder: String
    /// Whether a list may have a text as a reference.
    let isReference: (String) -> Bool

    func files() -> [String] {
        var found: [String] = []
        FolderWalk.files(below: folder, isWanted: isWanted) { path, status in
            let name = Path.name(path)
            guard !name.hasPrefix("."), !SafeName.isReserved(Substring(name)), !Self.isNoModel(name) else { return }
            // The files of a snapshot are links to blobs; what other links lead to is not the folder's.
            let isCached = status.kind == .link && HubCacheReader.locate(path) != nil && Disk.followedStatus(path)?.kind == .file
            if status.kind == .file || isCached { found.append(path) }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What is in such folders and is no part of a model.
    private static func isNoModel(_ name: String) -> Bool { ["models.toml", "models.lock", "CACHEDIR.TAG"].contains(name) }

    private func isWanted(_ path: String) -> Bool {
        let name = Path.name(path)
        if name.hasPrefix(".") || name == "node_modules" { return false }
        guard name == "blobs" || name == "refs" || name == "trees" else { return true }
        return Disk.status(Path.join(Path.parent(path), "snapshots"))?.kind != .directory
    }

    /// By records, caches and metadata: nothing is read.
    func look(_ path: String) -> KnownFile {
        if let (hub, commit, file) = HubCacheReader.locate(path), let commit, let file {
            return .cached(HubSnapshot.pinned(HubSnapshot.name(hub.type, hub.repo), at: commit, file), root: hub.root)
        }
        guard let status = Disk.status(path) else { return .unread }
        if let record = FinishedRecord.find(for: path), record.describes(status) {
            if isReference(record.reference) { return .reference(record.reference, sha256: record.sha256) }
            // A record may name a path of this machine; the bytes may be known elsewhere.
            return record.sha256.map(KnownFile.hash) ?? .unread
        }
        var directory = Path.parent(path)
        while true {
            let metadata = Path.join(directory, ".cache/huggingface/download/\(ListPlaces.rest(path, below: directory) ?? "").metadata")
            if let known = HubLocalMetadata(reading: metadata), known.describes(status),
                let digest = PublishedDigest(.sha256, hex: known.etag)
            {
                return .hash(digest.hex)
            }
            if directory == folder || directory == "/" { return .unread }
            directory = Path.parent(directory)
        }
    }
}
