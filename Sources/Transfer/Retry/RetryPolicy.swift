package import FetchTypes

/// When to give up: the limits of tries and waits. How long to wait is decided by ``RetryBackoff``.
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

    /// Whether there is another try after so many in a row without progress.
    func allows(tryAfter attempts: Int) -> Bool { attempts < limit }

    /// Whether there is another try after a refusal.
    /// - Parameters:
    ///   - refusals: how many there were before.
    ///   - asked: seconds that the server wants.
    func allows(refusalAfter refusals: Int, asked: Seconds?) -> Bool {
        guard let refusalLimit else { return true }
        return refusals < refusalLimit && (asked ?? 0) <= Self.longestWaitForRefusal
    }

    /// Whether a wait that a server asks for is not too long.
    func allows(askedWait: Seconds) -> Bool { askedWait <= Self.longestAskedWait }
}
