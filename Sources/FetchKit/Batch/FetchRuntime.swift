package import Curl
import Events
import FetchTypes
import Storage
package import Transfer

/// What all batches of a process share: the aria2c, the connections to each host, the ceiling of the rate and the permits for large
/// files.
package final class FetchRuntime: Sendable {
    /// The ceiling over everything, which may change at any time; a client's own is within it.
    package let limiter: RateLimiter
    /// Which engines there are; the search runs while ``run(_:)`` does.
    package let engines: EngineSearch
    /// For large files, over all batches.
    package let permits: PermitQueue
    let budget: ConnectionBudget
    /// Where it is remembered which hosts push back; nil where there is no home.
    private let ceilingsPath: String?

    /// - Parameters:
    ///   - limiter: the one that the aria2c of `engines` was given.
    ///   - jobs: large files at once over all batches.
    ///   - environment: says where the state folder is.
    package init(
        limiter: RateLimiter = RateLimiter(bytesPerSecond: nil), engines: EngineSearch = EngineSearch(), jobs: Int,
        environment: [String: String]
    ) {
        self.limiter = limiter
        self.engines = engines
        permits = PermitQueue(jobs)
        ceilingsPath = StateFolder.path(environment).map { Path.join($0, "hosts.json") }
        budget = ConnectionBudget(remembered: ceilingsPath.map { HostCeilings(path: $0, now: ThisProcess.now) } ?? HostCeilings())
    }

    /// Lets batches run for as long as `body` lasts: aria2c is started when one of them wants it, and ends with `body`.
    package func run<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [engines] in await engines.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Notes which hosts have pushed back. It is a convenience: where it cannot be written, that is only said.
    func rememberCeilings(_ emit: EventSink) {
        guard let ceilingsPath, let news = budget.news(now: ThisProcess.now) else { return }
        do throws(IOFault) { try news.write(to: ceilingsPath) } catch {
            let tag = FileTag(ref: "hosts.json", path: ceilingsPath)
            emit(.warning(tag, kind: "state", message: "which hosts take few connections cannot be remembered: \(error.failure.message)"))
        }
    }
}
