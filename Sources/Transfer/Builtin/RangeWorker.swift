import Curl
import Partials

/// One connection's work: the part it begins with, and whom it asks.
struct RangeWorker: Sendable {
    /// The source's number in its ``SourcePool``: 0 is the origin.
    let index: Int
    let segment: Segment
    let source: RangeSource
    let permit: HostConnectionPermit

    /// Fetches its part, and further ones from the queue, until none is left.
    func run(_ client: CurlClient, _ work: TransferWork, _ queue: RangeQueue) async -> RangeScheduler.Step {
        work.meter.connectionOpened()
        defer { work.meter.connectionClosed() }
        var segment: Segment? = segment
        let lane = client.lane(at: permit.host, isSmall: SmallFiles.include(work.partial.size))
        do {
            while let part = segment {
                let fetch = PartFetch(client: client, work: work, queue: queue, source: source, permit: permit, lane: lane)
                try await fetch.run(part)
                try Task.checkCancellation()
                if permit.isOverShare { return .dry(index) }
                // On a long line hashing keeps up by the parts' lengths, and a pause would cost a round trip.
                if !queue.isLongLine { await work.keepPace() }
                segment = queue.next()
            }
            return .dry(index)
        } catch {
            return .failed(index, error)
        }
    }
}
