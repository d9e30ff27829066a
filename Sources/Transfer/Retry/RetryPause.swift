package import Events

/// A wait before another try, as the back-off has decided it.
package struct RetryPause: Equatable, Sendable {
    package var reason: Event.WaitReason
    /// Seconds, 0 or more.
    package var seconds: Double
    /// The number of the try that follows, from 1; nil when the server named the time, which is no try of ours.
    package var attempt: Int?
    /// Tries in a row at most.
    package var limit: Int

    /// Reports the wait, and waits.
    /// - Throws: `CancellationError`.
    package func take(about tag: FileTag, emit: EventSink) async throws {
        if let attempt {
            emit(.retrying(tag, reason: reason, seconds: seconds, attempt: attempt, of: limit))
        } else {
            emit(.waiting(tag, reason: reason, seconds: seconds, note: nil))
        }
        try await Task.sleep(for: .seconds(seconds))
    }
}
