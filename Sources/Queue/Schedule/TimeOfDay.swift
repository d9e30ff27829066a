import FetchTypes

/// A time on the clock, to the minute: `02:30`.
package struct TimeOfDay: Sendable, Hashable, CustomStringConvertible {
    /// Minutes since midnight, 0 to 1439.
    package let minutes: Int

    /// - Parameter text: `HH:MM`, two digits each.
    /// - Returns: nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.map({ $0.utf8.count }) == [2, 2], let hour = Int(digits: parts[0]), let minute = Int(digits: parts[1]), hour < 24,
            minute < 60
        else { return nil }
        minutes = hour * 60 + minute
    }

    package var description: String { "\(CivilTime.two(minutes / 60)):\(CivilTime.two(minutes % 60))" }
}
