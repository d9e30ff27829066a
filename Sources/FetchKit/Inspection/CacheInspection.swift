import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// What of a file is in the cache of `huggingface_hub` before anything is fetched.
///
/// A blob's name says what its bytes are, and an existing one is never written to: so one that has other bytes is damaged,
/// and is replaced without a question.
struct CacheInspection {
    let planned: PlannedFile
    let entry: HubCacheEntry
    let options: FetchOptions

    /// - Parameter announce: told before a file has to be read whole.
    /// - Throws: ``Failure`` with exit code 73 when something that is no part of a cache has the name.
    func run(_ announce: () -> Void) async throws -> Inspection {
        let there = Disk.status(entry.pointer)
        switch there?.kind {
        case .directory?, .other?:
            throw Failure(
                .exists, "\(entry.pointer) is not a file.", why: "the cache is to have \(planned.shown) there.",
                hint: "take it away, or choose another cache with -d DIR.")
        case .file?:
            if options.force { return .needed }
            if let complete = try await complete(entry.pointer, record: entry.ownRecord, announce) { return complete }
            throw Failure(
                .exists, "\(entry.pointer) exists and is something else than \(planned.shown).",
                why: "a file is there in place of a link, and it has other bytes.",
                hint: "use --force to replace it, or choose another cache with -d DIR.")
        case .link?, nil:
            if options.force { return .needed }
            if let complete = try await complete(entry.blob, record: planned.placement.record, announce) { return complete }
            return isChanged ? .changed : .needed
        }
    }

    /// Whether the blob is no longer as our record of it says.
    private var isChanged: Bool {
        guard let status = Disk.followedStatus(entry.blob), status.kind == .file, let record = planned.placement.knownRecord else {
            return false
        }
        return !record.describes(status)
    }

    /// - Returns: nil when the file is not there or has other bytes.
    private func complete(_ path: String, record recordPath: String, _ announce: () -> Void) async throws -> Inspection? {
        // A blob may itself be a link into the store that all repos share.
        guard let status = Disk.followedStatus(path), status.kind == .file else { return nil }
        if let size = planned.file.size, size != status.size { return nil }
        if let record = JSONFile.read(FinishedRecord.self, from: recordPath), record.describes(status),
            planned.digest == nil || record.digest == planned.digest?.description || record.sha256 == planned.digest?.hex
        {
            return .complete(size: status.size, sha256: record.sha256)
        }
        guard let digest = planned.digest, let sha256 = try await Inspection.hash(path, digest, announce) else { return nil }
        let record = FinishedRecord(
            reference: planned.file.pinned, identity: planned.file.identity, size: status.size, modified: status.modified, sha256: sha256,
            digest: digest.description, etag: planned.file.etag, verified: digest.algorithm.rawValue)
        // A cache that may only be read is as good.
        if !options.dryRun, (try? Disk.makeDirectories(Path.parent(recordPath))) != nil { try? JSONFile.write(record, to: recordPath) }
        return .complete(size: status.size, sha256: sha256)
    }
}
