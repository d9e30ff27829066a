/// Fetches ranges of one file from its origin for a fleet. Its result is in the partial.
package struct SegmentFetcher: Sendable {
    private let planned: PlannedFile
    private let engine: BuiltinEngine
    private let work: TransferWork

    package init(_ planned: PlannedFile, engine: BuiltinEngine, work: TransferWork) {
        self.planned = planned
        self.engine = engine
        self.work = work
    }

    /// - Parameter meter: counts the bytes of this range.
    /// - Throws: ``SegmentFault``, `CancellationError`.
    package func fetch(_ range: Range<Int64>, meter: TransferMeter) async throws {
        var work = work
        work.meter = meter
        var retry = SegmentRetry(planned, links: work.links)
        while true {
            let before = meter.fetchedBytes
            do {
                return try await engine.fetch(range, of: work)
            } catch {
                if meter.fetchedBytes > before { await retry.progressed() }
                try await retry.recover(from: error)
            }
        }
    }
}
