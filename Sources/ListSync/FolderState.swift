import Events
import FetchKit
import FetchTypes
import ModelList
import Partials
import Storage

/// Compares the files of a lock with what is on the disk. Nothing is changed.
struct FolderState: Sendable {
    enum File: Sendable, Equatable {
        /// As the lock says; its SHA-256 where a record has it.
        case same(sha256: String?, size: Int64)
        case missing
        case changed
        /// Only reading it would tell.
        case unknown
    }

    let list: LoadedList

    /// By size, time and record alone.
    func glance(_ file: LockedFile, isInCache: Bool) -> File {
        let path = list.places.target(file.path, isInCache: isInCache)
        guard let status = Disk.followedStatus(path) else { return .missing }
        guard status.kind == .file else { return .changed }
        if let size = file.size, size.bytes != status.size { return .changed }
        // A blob's name is its hash.
        if isInCache || Disk.status(path)?.kind == .link {
            let blob = Path.name(Disk.link(at: path) ?? "")
            guard !blob.isEmpty, blob == file.sha256 || blob == file.gitSHA1 else { return .unknown }
            return .same(sha256: file.sha256, size: status.size)
        }
        guard let record = record(of: path), record.describes(status) else { return .unknown }
        if let sha256 = file.sha256 {
            guard let recorded = record.sha256 else { return .unknown }
            return recorded == sha256 ? .same(sha256: recorded, size: status.size) : .changed
        }
        if let digest = file.digest {
            return record.digest == digest.description ? .same(sha256: record.sha256, size: status.size) : .unknown
        }
        return .same(sha256: record.sha256, size: status.size)
    }

    /// - Parameter readsAll: whether every byte is read, whatever the record says.
    /// - Throws: `CancellationError`.
    func look(_ file: LockedFile, isInCache: Bool, readsAll: Bool) async throws -> File {
        let glanced = glance(file, isInCache: isInCache)
        switch glanced {
        case .missing, .changed: return glanced
        case .same where !readsAll: return glanced
        case .same, .unknown: break
        }
        let path = list.places.target(file.path, isInCache: isInCache)
        let known = file.digest ?? record(of: path)?.expectation
        let check = FileCheck(
            tag: FileTag(ref: list.path, path: path), size: file.size?.bytes, digest: known, authority: Path.name(list.lockPath))
        do {
            let found = try await check.run()
            // Nothing has ever said what it should be.
            guard known != nil || glanced != .unknown else { return .changed }
            return .same(sha256: found.algorithm == "sha256" ? found.digest : nil, size: Disk.followedStatus(path)?.size ?? 0)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return .changed
        }
    }

    private func record(of path: String) -> FinishedRecord? { FinishedRecord.find(for: path) }
}
