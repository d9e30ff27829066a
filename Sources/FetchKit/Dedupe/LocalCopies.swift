import FetchTypes
import ModelSources
import Partials
import Storage
package import Transfer

/// Finds files of this machine that have the bytes of one that is wanted: by SHA-256 and size.
package struct LocalCopies: Sendable {
    private let hubCache: String?
    /// Folders whose records are read.
    private let recorded: [String]
    /// Folders of which every file of the right size is read.
    private let searched: [String]

    /// Records looked at in one folder.
    private static let mostRecords = 20_000

    /// - Parameter folders: further folders whose records are read.
    package init(_ options: FetchOptions, folders: [String] = []) {
        hubCache = options.hubCache
        searched = options.dedupeFolders
        var seen: Set<String> = []
        recorded = (folders + [options.defaultDirectory] + options.dedupeFolders).filter { seen.insert($0).inserted }
    }

    /// A file with these bytes; its hash is to be checked by whoever takes it.
    /// - Parameters:
    ///   - target: where the wanted file goes: never its own copy.
    ///   - announce: told of a file that has to be read whole.
    package func find(
        sha256: String, size: Int64, for target: String, announce: (String) -> Void = { _ in }
    ) async throws -> String? {
        if let path = blob(sha256, size, target) ?? record(sha256, size, target) { return path }
        for path in candidates(size, target) {
            announce(path)
            guard let digest = PublishedDigest(.sha256, hex: sha256) else { return nil }
            if try await Inspection.hash(path, digest, {}) != nil { return path }
        }
        return nil
    }

    private func blob(_ sha256: String, _ size: Int64, _ target: String) -> String? {
        guard let hubCache else { return nil }
        for repo in Disk.names(in: hubCache) where repo.contains("--") {
            let path = "\(hubCache)/\(repo)/blobs/\(sha256)"
            if Self.isCandidate(path, size, target) { return path }
        }
        return nil
    }

    private func record(_ sha256: String, _ size: Int64, _ target: String) -> String? {
        struct Found: Error { var path: String }
        for folder in recorded {
            for store in FinishedRecord.Store.allCases {
                let root = Path.join(folder, store.rawValue)
                var left = Self.mostRecords
                do {
                    try FolderWalk.files(below: root) { path, status in
                        left -= 1
                        guard left > 0, status.kind == .file, path.hasSuffix(".json"),
                            let record = JSONFile.read(FinishedRecord.self, from: path), record.sha256 == sha256, record.size == size
                        else { return }
                        let file = Path.join(folder, String(path.dropFirst(root.count + 1).dropLast(5)))
                        if Self.isCandidate(file, size, target) { throw Found(path: file) }
                    }
                } catch let found as Found {
                    return found.path
                } catch {
                    continue
                }
            }
        }
        return nil
    }

    private func candidates(_ size: Int64, _ target: String) -> [String] {
        var found: [String] = []
        for folder in searched {
            FolderWalk.files(below: folder) { path, status in
                guard status.kind == .file, status.size == size, !path.hasSuffix(".fetchctl-part") else { return }
                if Self.isCandidate(path, size, target) { found.append(path) }
            }
        }
        return found
    }

    private static func isCandidate(_ path: String, _ size: Int64, _ target: String) -> Bool {
        guard path != target, let status = Disk.followedStatus(path), status.kind == .file, status.size == size else { return false }
        if let there = Disk.followedStatus(target), there.device == status.device, there.inode == status.inode { return false }
        return true
    }
}
