#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A point in time to the millisecond, of the years 1970 to 9999.
package struct Moment: Sendable, Hashable, Comparable {
    /// Seconds since 1970 (UTC), in thousandths.
    package let seconds: Double

    /// The first second of the year 10000.
    private static let end = 253_402_300_800.0

    /// - Returns: nil when the number is not finite, or outside of the years 1970 to 9999.
    package init?(_ seconds: Double) {
        guard seconds >= 0, seconds < Self.end else { return nil }
        self.seconds = Self.rounded(seconds)
    }

    /// The nearest moment that there can be.
    package init(clamping seconds: Double) {
        self.seconds = seconds > 0 ? Self.rounded(min(seconds, Self.end - 1)) : 0
    }

    /// What a record holds: a moment is the same before and after it was written.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded(.down) / 1000 }

    /// This machine's clock.
    package static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(clamping: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

    package static func + (moment: Self, seconds: Double) -> Self { Self(clamping: moment.seconds + seconds) }

    /// Seconds between two moments; negative when `right` is the later one.
    package static func - (left: Self, right: Self) -> Double { left.seconds - right.seconds }

    /// RFC 3339, UTC, with milliseconds: `2026-11-21T10:20:30.123Z`.
    package var rfc3339: String {
        let thousandths = Int((seconds * 1000).rounded())
        let civil = CivilTime(secondsSince1970: thousandths / 1000)
        let fraction = String(String(1000 + thousandths % 1000).dropFirst())
        return "\(civil.date)T\(civil.time).\(fraction)Z"
    }
}
