import Storage

/// What `huggingface_hub` leaves when a download of its ends early: `*.incomplete` in a cache's `blobs/`, and below
/// `.cache/huggingface/download/` of a local folder.
enum HubLeftovers {
    private static let ending = ".incomplete"
    /// Seconds. Where no lock tells whether a process works on it, a file written so lately is taken to be in use.
    private static let freshness = 120.0

    static func leftovers(in folder: String, _ names: [String]) -> [UnfinishedDownload] {
        guard Path.name(folder) == "blobs" || (folder + "/").contains("/.cache/huggingface/download/") else { return [] }
        return names.filter { $0.hasSuffix(ending) }.compactMap { name in
            let path = Path.join(folder, name)
            guard let status = Disk.status(path), status.kind == .file else { return nil }
            let use = use(of: path)
            guard use != .held else { return nil }
            return UnfinishedDownload(
                owner: .huggingFaceHub, target: path, files: [path], bytes: status.allocated, modified: status.modified, reference: nil,
                isRecent: use == .recent)
        }
    }

    enum Use { case none, recent, held }

    /// Whether a process holds the lock of that download, or may be writing to it.
    static func use(of path: String) -> Use {
        var isFree = false
        for lock in locks(path) where Disk.status(lock)?.kind == .file {
            guard let file = try? OpenFile(lock, .readWrite) else { continue }
            guard file.tryLock() else { return .held }
            isFree = true
        }
        // A lock that is free settles it on a disk of this machine; others may show none of what another machine holds.
        if isFree, Disk.isLocal(path) { return .none }
        guard let status = Disk.status(path) else { return .none }
        return ThisProcess.now - Double(status.modified) / 1e9 < freshness ? .recent : .none
    }

    /// The lock files that may be of that partial.
    private static func locks(_ path: String) -> [String] {
        let folder = Path.parent(path)
        let name = Path.name(path)
        if Path.name(folder) == "blobs" {
            // `blobs/<etag>[.<8 hex>].incomplete` goes with `.locks/<repo>/<etag>.lock` beside the repo.
            let repo = Path.parent(folder)
            let etag = name.prefix { $0 != "." }
            return [Path.join(Path.parent(repo), ".locks/\(Path.name(repo))/\(etag).lock")]
        }
        // A local folder's partial is named after a hash of its metadata's name: any lock of that folder may be its own.
        return Disk.names(in: folder).filter { $0.hasSuffix(".lock") }.map { Path.join(folder, $0) }
    }
}
