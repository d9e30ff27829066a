package import Events
package import FetchTypes

/// Decides how long to wait for a source that does not serve now: as it asks, or by exponential back-off with jitter, within the
/// limits of a ``RetryPolicy``.
package struct RetryBackoff: Sendable {
    private let policy: RetryPolicy
    /// Tries in a row without progress.
    private var attempt = 0
    /// Refusals in all.
    private var refusals = 0
    private var lastProgress: ContinuousClock.Instant

    /// What comes next.
    package enum Decision: Sendable {
        case giveUp(Failure)
        case pause(RetryPause)
    }

    package init(_ policy: RetryPolicy, now: ContinuousClock.Instant = .now) {
        self.policy = policy
        lastProgress = now
    }

    /// Something new came: the count starts again.
    mutating func progressed(at now: ContinuousClock.Instant = .now) {
        attempt = 0
        lastProgress = now
    }

    /// Waits as long as the server asks, which is no try, or by our own back-off, which is one.
    /// - Parameters:
    ///   - asked: seconds that the server wants.
    ///   - isRefusal: whether a server refused before it had sent anything.
    ///   - limit: seconds without progress after which it is enough.
    ///   - failure: what to say then.
    ///   - jitter: 0 to 1, as for ``delay(attempt:jitter:)``.
    mutating func decide(
        _ reason: Event.WaitReason, asked: Seconds?, isRefusal: Bool, limit: Seconds, failure: Failure, now: ContinuousClock.Instant,
        jitter: Double
    ) -> Decision {
        guard (now - lastProgress) / .seconds(1) < limit.value else { return .giveUp(failure) }
        if isRefusal {
            guard policy.allows(refusalAfter: refusals, asked: asked) else { return .giveUp(failure) }
            refusals += 1
        }
        // Less than a second is no wait: without our own back-off it would be asked without end.
        if let asked, asked >= 1 {
            guard policy.allows(askedWait: asked) else {
                var failure = failure
                failure.why = "it asks to wait \(asked.text)."
                return .giveUp(failure)
            }
            return .pause(RetryPause(reason: reason, seconds: asked.value, attempt: nil, limit: policy.limit))
        }
        guard policy.allows(tryAfter: attempt) else { return .giveUp(failure) }
        attempt += 1
        let seconds = delay(attempt: attempt, jitter: jitter)
        return .pause(RetryPause(reason: reason, seconds: seconds, attempt: attempt, limit: policy.limit))
    }

    /// Seconds before try number `attempt` (1 is the first further one).
    /// - Parameter jitter: 0 to 1; spreads the tries of many clients over a quarter to both sides.
    package func delay(attempt: Int, jitter: Double = .random(in: 0...1)) -> Double {
        var delay = policy.minimumDelay
        for _ in 1..<max(1, min(attempt, 32)) { delay = min(delay * 2, policy.maximumDelay) }
        return min(delay, policy.maximumDelay) * (0.75 + jitter / 2)
    }

    /// Decides, and waits.
    /// - Parameters: as for the decision.
    /// - Throws: the failure, `CancellationError`.
    package mutating func wait(
        _ reason: Event.WaitReason, asked: Seconds?, isRefusal: Bool = false, limit: Seconds, orThrow failure: Failure, about tag: FileTag,
        emit: EventSink
    ) async throws {
        let decision = decide(
            reason, asked: asked, isRefusal: isRefusal, limit: limit, failure: failure, now: .now, jitter: .random(in: 0...1))
        switch decision {
        case .giveUp(let failure): throw failure
        case .pause(let pause): try await pause.take(about: tag, emit: emit)
        }
    }
}
