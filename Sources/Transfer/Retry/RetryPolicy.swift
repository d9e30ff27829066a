package import FetchTypes

/// When to try again: exponential back-off with jitter.
package struct RetryPolicy: Sendable {
    /// Further tries in a row without a new byte.
    package var limit: Int
    /// Further tries after a server's refusal before it has sent a byte of the file; nil: as after everything else.
    package var refusalLimit: Int?
    /// Seconds that such a refusal may ask us to wait where it has a limit of its own.
    package static let longestWaitForRefusal: Seconds = 10
    /// Seconds before the first further try, doubled for each.
    package var minimumDelay: Double
    /// Seconds at most.
    package var maximumDelay: Double
    /// Seconds that a server may ask us to wait; longer than that is given up.
    package static let longestAskedWait: Seconds = 300

    package init(limit: Int = 5, minimumDelay: Double = 5, maximumDelay: Double = 60) {
        self.limit = limit
        self.minimumDelay = minimumDelay
        self.maximumDelay = maximumDelay
    }

    /// Seconds before try number `attempt` (1 is the first further one).
    /// - Parameter jitter: 0 to 1; spreads the tries of many clients over a quarter to both sides.
    package func delay(attempt: Int, jitter: Double = .random(in: 0...1)) -> Double {
        var delay = minimumDelay
        for _ in 1..<max(1, min(attempt, 32)) { delay = min(delay * 2, maximumDelay) }
        return min(delay, maximumDelay) * (0.75 + jitter / 2)
    }
}
