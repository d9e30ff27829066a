package import FetchTypes

/// `--at TIME`: when a job may start.
package enum StartTime {
    /// Days that a start may lie ahead.
    private static let furthest = 3660.0

    /// Understands `02:30` (the next one, local), `2026-12-01T02:30[:SS][Z or offset]`, and `+N[s|m|h|d]`. A local time that the
    /// clock skips is the next minute that exists; one that comes twice is the next of both.
    /// - Throws: ``Failure`` with exit code 64: no such form, in the past, or more than ten years ahead.
    package static func parse(_ text: String, now: Moment, clock: LocalClock) throws(Failure) -> Moment {
        let found =
            if text.hasPrefix("+") { delay(text.dropFirst(), now) } else if text.contains("T") || text.contains("t") {
                dated(text, clock)
            } else { next(text, now, clock) }
        guard let found else {
            throw Failure(
                .usage, "--at \(text) is not a time.",
                why: "it must read 02:30, 2026-12-01T02:30 (with Z or an offset for another zone), or +90m (s, m, h, d).",
                hint: "correct it.")
        }
        guard found >= now else {
            throw Failure(
                .usage, "--at \(text) is in the past.", why: "it is now \(now.rfc3339).", hint: "give a later time, or omit --at.")
        }
        guard found - now <= furthest * 86_400 else {
            throw Failure(.usage, "--at \(text) is too far ahead.", why: "a job waits ten years at most.", hint: "give an earlier time.")
        }
        return found
    }

    /// `90`, `90s`, `15m`, `2h`, `3d`.
    private static func delay(_ text: Substring, _ now: Moment) -> Moment? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int64(digits: unit == nil ? text : text.dropLast()) else { return nil }
        return Moment(now.seconds + Double(number) * (unit ?? 1))
    }

    private static func next(_ text: String, _ now: Moment, _ clock: LocalClock) -> Moment? {
        guard let time = TimeOfDay(text) else { return nil }
        let today = clock.civil(now)
        // Tomorrow and the day after, because a day may have been skipped.
        for ahead in 0...2 {
            let day = CivilTime(secondsSince1970: today.secondsSince1970 + ahead * 86_400)
            guard
                let civil = CivilTime(
                    year: day.year, month: day.month, day: day.day, hour: time.minutes / 60, minute: time.minutes % 60)
            else { continue }
            if let found = clock.moments(of: civil).first(where: { $0 >= now }) { return found }
        }
        return nil
    }

    private static func dated(_ text: String, _ clock: LocalClock) -> Moment? {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "T" || $0 == "t" }
        guard parts.count == 2, let date = numbers(parts[0], "-", [4, 2, 2]) else { return nil }
        var time = parts[1]
        var ahead: Int?
        if time.last == "Z" || time.last == "z" {
            time.removeLast()
            ahead = 0
        } else if let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let offset = numbers(time[sign...].dropFirst(), ":", [2, 2]), offset[0] <= 23, offset[1] <= 59 else { return nil }
            ahead = (time[sign] == "-" ? -1 : 1) * (offset[0] * 3600 + offset[1] * 60)
            time = time[..<sign]
        }
        guard let clockTime = numbers(time, ":", [2, 2]) ?? numbers(time, ":", [2, 2, 2]),
            let civil = CivilTime(
                year: date[0], month: date[1], day: date[2], hour: clockTime[0], minute: clockTime[1],
                second: clockTime.count > 2 ? clockTime[2] : 0)
        else { return nil }
        if let ahead { return Moment(Double(civil.secondsSince1970 - ahead)) }
        return clock.moments(of: civil).first
    }

    private static func numbers(_ text: Substring, _ separator: Character, _ widths: [Int]) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.count) == widths else { return nil }
        let numbers = parts.compactMap { Int(digits: $0) }
        return numbers.count == widths.count ? numbers : nil
    }
}
