package import FetchTypes

/// A part of every day by the clock on the wall, from its start up to its end; it may pass midnight.
package struct DailyWindow: Sendable, Hashable, CustomStringConvertible {
    package let start: TimeOfDay
    package let end: TimeOfDay

    /// - Parameter text: `HH:MM-HH:MM`.
    /// - Returns: nil for anything else, and where both times are the same.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = TimeOfDay(parts[0]), let end = TimeOfDay(parts[1]), start != end else { return nil }
        (self.start, self.end) = (start, end)
    }

    /// - Throws: ``Failure`` with exit code 64.
    package static func option(_ text: String) throws(Failure) -> DailyWindow {
        if let window = DailyWindow(text) { return window }
        throw Failure(
            .usage, "--between \(text) is not a daily window.",
            why: "it must be two different times such as 23:00-07:00; the second may be of the next day.", hint: "correct it.")
    }

    /// As it was typed.
    package var description: String { "\(start)-\(end)" }

    private var passesMidnight: Bool { end.minutes < start.minutes }

    package func contains(_ moment: Moment, _ clock: LocalClock) -> Bool { firstDay(at: clock.civil(moment)) != nil }

    /// The day on which the window began that holds a time; nil when none does.
    /// - Returns: 0 for that day itself, 1 for the day before.
    func firstDay(at civil: CivilTime) -> Int? {
        let minute = civil.minuteOfDay
        if passesMidnight { return minute >= start.minutes ? 0 : minute < end.minutes ? 1 : nil }
        return minute >= start.minutes && minute < end.minutes ? 0 : nil
    }

    /// The next moment, from `moment` on, in which the window is open. One that lies in a skipped hour is not open on that day.
    package func opening(from moment: Moment, _ clock: LocalClock) -> Moment {
        if contains(moment, clock) { return moment }
        let today = clock.civil(moment)
        for ahead in 0...3 {
            let day = CivilTime(secondsSince1970: today.secondsSince1970 + ahead * 86_400)
            guard
                let civil = CivilTime(
                    year: day.year, month: day.month, day: day.day, hour: start.minutes / 60, minute: start.minutes % 60)
            else { continue }
            if let found = clock.moments(of: civil).first(where: { $0 >= moment && contains($0, clock) }) { return found }
        }
        return moment + 86_400
    }
}
