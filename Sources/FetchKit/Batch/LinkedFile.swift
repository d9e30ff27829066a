import Events
import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// Gives a file of this machine a second name in place of a download, where the user allowed that.
struct LinkedFile {
    let planned: PlannedFile
    let partial: Partial
    let options: FetchOptions
    let emit: EventSink

    /// Its bytes are read and compared first, where no record of an unchanged file vouches for them.
    /// - Returns: nil where there is none, or no link can be made: its bytes are copied then.
    func run() async throws -> FileJob.Outcome? {
        guard planned.dedupe == .hardlink, let path = planned.cached, let digest = planned.digest, let size = planned.file.size else {
            return nil
        }
        let started = ContinuousClock.now
        guard let sha256 = try await verified(path, digest), let status = Disk.followedStatus(path) else { return nil }
        try await FileFinisher(planned: planned, partial: partial, options: options).refuseStranger()
        var record = FinishedRecord(
            reference: planned.file.pinned, identity: planned.file.identity, size: status.size, modified: status.modified, sha256: sha256,
            digest: digest.description, verified: digest.algorithm.rawValue)
        record.note(planned.file.metadata)
        record.list = planned.list
        try record.write(to: planned.recordPath)
        do {
            _ = try await LocalCopy.make(path, at: planned.placement.payload, by: [.hardlink])
        } catch is LocalCopy.AcrossDisks {
            return nil
        }
        Disk.synchronizeDirectory(Path.parent(planned.placement.payload))
        try await FilePlacer(planned.placement).confirm()
        partial.discard()
        planned.tellTaken(by: .hardlink, emit)
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        return .finished(
            Event.Finished(
                size: size, sha256: sha256, verified: digest.algorithm.rawValue, engine: .local, seconds: seconds, fetched: 0,
                averageRate: 0))
    }

    /// - Returns: the SHA-256 of a file that has the digest; nil where it has another.
    private func verified(_ path: String, _ digest: PublishedDigest) async throws -> String? {
        if digest.algorithm == .sha256, let status = Disk.followedStatus(path), let record = FinishedRecord.find(for: path),
            record.describes(status), record.sha256 == digest.hex
        {
            return digest.hex
        }
        emit(.verifying(planned.tag, algorithm: digest.algorithm.rawValue, digest: digest.hex))
        guard let sha256 = try await Inspection.hash(path, digest, {}) else { return nil }
        emit(.verified(planned.tag, algorithm: digest.algorithm.rawValue, digest: digest.hex))
        return sha256
    }
}
