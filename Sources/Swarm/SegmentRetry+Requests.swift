import Fleet
import ModelSources
import Transfer

extension SegmentRetry {
    /// Sends requests to a file's origin until one succeeds or another try is not worth it.
    /// - Throws: ``FleetDataFault``, `CancellationError`.
    static func repeating<Result>(
        _ planned: PlannedFile, links: LinkKeeper, _ request: () async throws -> Result
    ) async throws -> Result {
        var retry = SegmentRetry(planned, links: links)
        while true {
            do {
                return try await request()
            } catch {
                do { try await retry.recover(from: error) } catch let fault as SegmentFault { throw FleetDataFault(fault) }
            }
        }
    }
}
