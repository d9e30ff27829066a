import FetchTypes
import Synchronization

/// How many requests for descriptions, links and small files are under way to each host at once, over the whole process. Files may
/// outnumber them: while one is written and named, the next one's request is on its way.
package final class RequestSlots: Sendable {
    /// The holder of a slot never waits for another slot: so there is no circle of waiting tasks.
    @TaskLocal private static var hasSlot = false

    private let hosts = Mutex<[Origin: PermitQueue]>([:])

    /// Runs a request when there is room for it. When the task is cancelled while it waits, it runs at once, and has to look for that.
    /// - Parameter limit: requests that the host takes now, at least 1.
    func with<Result: Sendable>(
        _ host: Origin, limit: Int, _ request: () async throws -> Result
    ) async rethrows -> Result {
        if Self.hasSlot { return try await request() }
        let queue = hosts.withLock { hosts in
            let queue = hosts[host] ?? PermitQueue(limit)
            hosts[host] = queue
            return queue
        }
        queue.setLimit(limit)
        return try await queue.with(0) { try await Self.$hasSlot.withValue(true) { try await request() } }
    }
}
