package import Events
package import FetchTypes

/// Waits for a source that does not serve now, and knows when that has been often or long enough.
package struct RetryBackoff {
    private let policy: RetryPolicy
    /// Tries in a row without progress.
    private var attempt = 0
    /// Refusals in all, where they are counted.
    private var refusals = 0
    private var lastProgress = ContinuousClock.now

    package init(_ policy: RetryPolicy) { self.policy = policy }

    /// Whether a transfer that breaks off is tried again at all.
    var triesAgain: Bool { policy.limit > 0 }

    /// Something new came: the count starts again.
    mutating func progressed() {
        attempt = 0
        lastProgress = .now
    }

    /// Waits as long as the server asks, which is no try, or by our own back-off, which is one.
    /// - Parameters:
    ///   - asked: seconds that the server wants.
    ///   - isRefusal: whether a server refused before it had sent anything.
    ///   - limit: seconds without progress after which it is enough.
    ///   - failure: what to say then.
    /// - Throws: the failure, `CancellationError`.
    package mutating func wait(
        _ reason: Event.WaitReason, asked: Seconds?, isRefusal: Bool = false, limit: Seconds, orThrow failure: Failure, about tag: FileTag,
        emit: EventSink
    ) async throws {
        guard (ContinuousClock.now - lastProgress) / .seconds(1) < limit.value else { throw failure }
        if isRefusal, let most = policy.refusalLimit {
            guard refusals < most, (asked ?? 0) <= RetryPolicy.longestWaitForRefusal else { throw failure }
            refusals += 1
        }
        // Less than a second is no wait: without our own back-off it would be asked without end.
        if let asked, asked >= 1 {
            guard asked <= RetryPolicy.longestAskedWait else {
                var failure = failure
                failure.why = "it asks to wait \(asked.text)."
                throw failure
            }
            emit(.waiting(tag, reason: reason, seconds: asked.value, note: nil))
            return try await Task.sleep(for: asked.duration)
        }
        guard attempt < policy.limit else { throw failure }
        attempt += 1
        let seconds = policy.delay(attempt: attempt)
        emit(.retrying(tag, reason: reason, seconds: seconds, attempt: attempt, of: policy.limit))
        try await Task.sleep(for: .seconds(seconds))
    }
}
