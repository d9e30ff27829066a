package import FetchTypes
import Layouts
import ModelSources
import Synchronization

/// The files of a batch that are to come or on their way: each has been promised its room on the disk.
///
/// A size that is known only when a file is asked for has not been part of the check before the batch. It must fit besides what
/// the others still need.
package final class BatchRoom: Sendable {
    /// By the path where each is going to stand.
    private let files = Mutex<[String: PlannedFile]>([:])

    package init() {}

    package func add(_ planned: PlannedFile) { files.withLock { $0[planned.placement.payload] = planned } }

    /// It has been placed, or has failed: what it needs on the disk, it has.
    package func remove(_ planned: PlannedFile) { _ = files.withLock { $0.removeValue(forKey: planned.placement.payload) } }

    /// Promises room for a size that was not known when the batch was checked. Two that are told at once do not get the same room.
    /// - Parameter size: bytes; of a file whose end is not known, those that have come.
    /// - Throws: ``Failure`` of kind `disk_full`.
    package func promise(_ size: Int64, to planned: PlannedFile, _ options: FetchOptions) throws(Failure) {
        guard planned.file.size == nil else { return }
        var known = planned
        known.file.length = ByteCount(clamping: size)
        try files.withLock { files throws(Failure) in
            let others = files.filter { $0.key != planned.placement.payload }.map(\.value)
            _ = try Preflight.checkSpace([known], besides: others, options: options, isLate: true)
            files[planned.placement.payload] = known
        }
    }
}
