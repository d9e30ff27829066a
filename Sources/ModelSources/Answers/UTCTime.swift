internal import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Times as servers and signatures write them, in seconds since 1970, UTC.
package enum UTCTime {
    /// This machine's clock.
    package static func now() -> Double { Date().timeIntervalSince1970 }

    /// - Returns: nil when a field is out of its range.
    static func seconds(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) -> Double? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // Days since 1970 in the Gregorian calendar, with years that begin in March so that the leap day comes last.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return Double(days * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
    package static func imfFixdate(_ text: String) -> Double? {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" })
        guard parts.count == 8, parts[7] == "GMT" || parts[7] == "UTC", let day = Int(digits: parts[1]), let year = Int(digits: parts[3]),
            let month = months.firstIndex(of: parts[2].lowercased()),
            let hour = Int(digits: parts[4]), let minute = Int(digits: parts[5]), let second = Int(digits: parts[6])
        else { return nil }
        return seconds(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    /// `2026-08-01`, `2026-08-01T10:20Z`, `2026-08-01T10:20:30.123Z`; a missing zone is UTC, other zones are not read.
    static func iso8601(_ text: String) -> Double? {
        let digits = text.prefix { $0 != "." }.filter(\.isNumber)
        guard !text.contains("+"), text.prefix(10).filter({ $0 == "-" }).count == 2, text.dropFirst(10).contains("-") == false else {
            return nil
        }
        switch digits.count {
        case 8: return compact(digits + "000000")
        case 12: return compact(digits + "00")
        default: return compact(digits)
        }
    }

    /// `yyyymmddhhmmss`, with or without the `T` and `Z` of `20260801T102030Z`.
    static func compact(_ text: String) -> Double? {
        let digits = text.filter { $0 != "T" && $0 != "Z" }
        guard digits.utf8.count == 14, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        var rest = Substring(digits)
        func take(_ count: Int) -> Int {
            defer { rest = rest.dropFirst(count) }
            return Int(rest.prefix(count)) ?? -1
        }
        return seconds(year: take(4), month: take(2), day: take(2), hour: take(2), minute: take(2), second: take(2))
    }

    /// Digits in whichever of three forms: seconds (10), milliseconds (13), `yyyymmddhhmmss` (14).
    static func digits(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Double(text) else { return nil }
        switch text.utf8.count {
        case 10: return number
        case 13: return number / 1000
        case 14: return compact(text)
        default: return nil
        }
    }

    /// `2026-08-01 10:20 UTC`, for people.
    static func shown(_ time: Double) -> String {
        guard let it = fields(time) else { return "an unknown time" }
        return "\(it.date) \(it.hour):\(it.minute) UTC"
    }

    /// `2026-08-01T10:20:30+00:00`, as .NET and Python read it.
    static func offsetForm(_ time: Double) -> String {
        guard let it = fields(time) else { return "1970-01-01T00:00:00+00:00" }
        return "\(it.date)T\(it.hour):\(it.minute):\(it.second)+00:00"
    }

    /// Nil outside of the years 1970 to 9999.
    private static func fields(_ time: Double) -> (date: String, hour: String, minute: String, second: String)? {
        guard time.isFinite, (0..<253_402_300_800).contains(time) else { return nil }
        let whole = Int(time)
        let days = whole / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return ("\(year)-\(two(month))-\(two(day))", two(whole / 3600 % 24), two(whole / 60 % 60), two(whole % 60))
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
}

extension HTTPResponse {
    /// The server's clock minus ours in seconds, from `Date`; 0 when it sends none.
    func clockOffset(now: Double) -> Double {
        headers["Date"].flatMap(UTCTime.imfFixdate).map { $0 - now } ?? 0
    }
}
