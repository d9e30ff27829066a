import Foundation

/// Times as HTTP and the signed links write them.
enum HTTPDate {
    /// The modification time that every file has.
    static let fixed = "Thu, 01 Jan 2026 00:00:00 GMT"

    /// `Thu, 01 Jan 2026 00:00:00 GMT`, the form of the `Date` header.
    static func header(_ date: Date) -> String {
        let parts = components(date)
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(parts.weekday ?? 1) - 1]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(parts.month ?? 1) - 1]
        let clock = [parts.hour, parts.minute, parts.second].map { padded($0, 2) }.joined(separator: ":")
        return "\(day), \(padded(parts.day, 2)) \(month) \(padded(parts.year, 4)) \(clock) GMT"
    }

    /// `20260101000000`, in UTC.
    static func digits(_ date: Date) -> String {
        let parts = components(date)
        return padded(parts.year, 4) + [parts.month, parts.day, parts.hour, parts.minute, parts.second].map { padded($0, 2) }.joined()
    }

    private static func components(_ date: Date) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
    }

    private static func padded(_ value: Int?, _ width: Int) -> String {
        let text = String(value ?? 0)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
