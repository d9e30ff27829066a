/// Date and time of day as a calendar and a clock on a wall show them (proleptic Gregorian calendar, no leap seconds).
package struct CivilTime: Sendable, Equatable {
    package var year: Int
    /// 1 to 12.
    package var month: Int
    /// 1 to 31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// - Returns: nil when there is no such date or time.
    package init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int = 0) {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// - Parameter seconds: counted as if the clock on the wall were UTC.
    package init(secondsSince1970 seconds: Int) {
        let days = Self.floored(seconds, 86_400)
        let rest = seconds - days * 86_400
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        // Days from 1 March of the year 0, in eras of 400 years (H. Hinnant, "chrono-compatible date algorithms").
        let shifted = days + 719_468
        let era = Self.floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The inverse of ``init(secondsSince1970:)``.
    package var secondsSince1970: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = Self.floored(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// 0 for Monday to 6 for Sunday.
    package var weekday: Int {
        let days = Self.floored(secondsSince1970, 86_400)
        // 1 January 1970 was a Thursday.
        return (days + 3) - Self.floored(days + 3, 7) * 7
    }

    /// Minutes since midnight.
    package var minuteOfDay: Int { hour * 60 + minute }

    /// `2026-11-21`.
    package var date: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }
    /// `10:20:30`.
    package var time: String { "\(Self.two(hour)):\(Self.two(minute)):\(Self.two(second))" }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func floored(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : -((-number + divisor - 1) / divisor)
    }
}
