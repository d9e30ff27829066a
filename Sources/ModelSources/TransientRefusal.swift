package import FetchTypes

/// The source answered, but not with what was asked, and may do so later: throttled, overloaded, a gateway in trouble.
package struct TransientRefusal: Error, Sendable {
    /// ``FailureKind/rateLimited`` or ``FailureKind/server``, and what to say when retries run out.
    package var failure: Failure
    /// Seconds that the server asked to wait (`Retry-After`, `RateLimit`); nil when it did not.
    package var retryAfter: Seconds?

    package init(_ failure: Failure, retryAfter: Seconds? = nil) {
        self.failure = failure
        self.retryAfter = retryAfter
    }
}
