import FetchTypes
import ModelSources
import Partials
import Storage
import Synchronization
package import Transfer

/// Finds files of this machine that have the bytes of one that is wanted: by SHA-256 and size. Each folder is read once, when it is
/// first needed, and no file is hashed twice: what comes later is not seen.
package final class LocalCopies: Sendable {
    private let index: Mutex<LocalCopyIndex>
    private let damaged = Mutex<Set<String>>([])

    package init(_ options: FetchOptions) { index = Mutex(LocalCopyIndex(options)) }

    /// Leaves a file out from now on: its bytes are not those that its name or its record says.
    func leaveOut(_ path: String) { damaged.withLock { _ = $0.insert(path) } }

    /// A file with these bytes; its hash is to be checked by whoever takes it.
    /// - Parameters:
    ///   - target: where the wanted file goes: never its own copy.
    ///   - folders: further folders whose records are read.
    /// - Throws: `CancellationError`.
    package func find(sha256: String, size: Int64, for target: String, folders: [String] = []) async throws -> String? {
        let left = damaged.withLock { $0 }
        func isCandidate(_ path: String) -> Bool { !left.contains(path) && Self.isCandidate(path, size, target) }
        let named = index.withLock { index -> String? in
            if let blob = index.blobs(sha256).first(where: isCandidate) { return blob }
            for folder in folders + index.places.recorded {
                if let file = index.recorded(sha256, size, below: folder).first(where: isCandidate) { return file }
            }
            return nil
        }
        if let named { return named }
        for path in index.withLock({ $0.files(of: size) }) where isCandidate(path) {
            if try await hash(path) == sha256 { return path }
        }
        return nil
    }

    /// Files that a cache of the Hub's form has under this name and with this size: a Git hash of small files too.
    package func blobs(named name: String, size: Int64) -> [String] {
        index.withLock { $0.blobs(name) }.filter { Disk.followedStatus($0)?.size == size }
    }

    /// Files that records name by this reference, which has a commit, and with this size: their bytes are to be checked by whoever
    /// takes them.
    func recorded(_ reference: String, size: Int64, for target: String, folders: [String]) -> [String] {
        let named = index.withLock { index in (folders + index.places.recorded).flatMap { index.recorded(reference, size, below: $0) } }
        return named.filter { Self.isCandidate($0, size, target) }
    }

    private func hash(_ path: String) async throws -> String? {
        if let known = index.withLock({ $0.hashes[path] }) { return known }
        guard let file = try? OpenFile(path, .followed), let size = try? file.status().size else { return nil }
        let hashing = IncrementalHasher(gitSize: nil)
        try await hashing.advance(to: size, in: file)
        let sha256 = hashing.values().sha256
        index.withLock { $0.hashes[path] = sha256 }
        return sha256
    }

    private static func isCandidate(_ path: String, _ size: Int64, _ target: String) -> Bool {
        guard path != target, let status = Disk.followedStatus(path), status.kind == .file, status.size == size else { return false }
        if let there = Disk.followedStatus(target), there.device == status.device, there.inode == status.inode { return false }
        return true
    }
}
