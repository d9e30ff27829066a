import Events
import FetchTypes
import ModelSources
import Partials

/// Decides whether a request of a fleet's member to the origin is sent again. Short waits happen here; a longer one is left to the fleet,
/// whose other members may be served.
package struct SegmentRetry {
    /// Further tries in a row without a new byte, and the seconds between them.
    private static let policy = RetryPolicy(limit: 2, minimumDelay: 1, maximumDelay: 2)

    private let planned: PlannedFile
    private let links: LinkKeeper
    private var backoff = RetryBackoff(Self.policy)
    private var hasFollowed = false

    package init(_ planned: PlannedFile, links: LinkKeeper) {
        self.planned = planned
        self.links = links
    }

    /// New bytes arrived: the count of tries starts again.
    package mutating func progressed() async {
        backoff.progressed()
        await links.hasBroughtBytes()
    }

    /// Returns when another try is worth it.
    /// - Throws: ``SegmentFault`` where it is not; `CancellationError`.
    package mutating func recover(from error: any Error) async throws {
        if error is CancellationError { throw error }
        try Task.checkCancellation()
        if !hasFollowed, case TransferFault.refused(301...308, _, _) = error {
            hasFollowed = true
            if await links.follow() { return }
        }
        let recovery = Recovery.from(
            error, file: planned, engine: .builtin, linkIsFresh: await links.isUntried, sizeIsPublished: planned.source != .direct)
        switch recovery {
        case .renew(let reason):
            _ = try pause(.server, orThrow: failure(reason))
            await links.drop(because: reason)
        case .retry(let reason, let asked, let failure):
            if Self.isRateLimit(error) { throw SegmentFault.rateLimited(retryAfter: asked?.value) }
            try await Task.sleep(for: .seconds(try pause(reason, orThrow: failure)))
        case .fail(let failure): throw SegmentFault.lost(failure)
        case .startOver(let why): throw SegmentFault.lost(failure(why))
        case .useBuiltin(let why): throw SegmentFault.lost(failure(why ?? "another engine is needed"))
        }
    }

    /// Counts a try.
    /// - Returns: the seconds to wait before it.
    private mutating func pause(_ reason: Event.WaitReason, orThrow failure: Failure) throws -> Double {
        let decision = backoff.decide(
            reason, asked: nil, isRefusal: false, limit: .max, failure: failure, now: .now, jitter: .random(in: 0...1))
        switch decision {
        case .giveUp(let failure): throw SegmentFault.lost(failure)
        case .pause(let pause): return pause.seconds
        }
    }

    /// Whether the origin asks for fewer requests: others of the fleet send them meanwhile.
    private static func isRateLimit(_ error: any Error) -> Bool {
        switch error {
        case TransferFault.refused(429, _, _), TransferFault.refused(503, _, _): true
        case let refusal as TransientRefusal: refusal.failure.kind == .rateLimited
        default: false
        }
    }

    private func failure(_ why: String) -> Failure {
        Failure(.server, "\(planned.shown) could not be fetched in parts.", why: "\(why).", hint: "run the same command again later.")
    }
}
