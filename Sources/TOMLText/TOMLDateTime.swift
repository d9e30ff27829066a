/// The forms of dates and times in TOML (RFC 3339; without an offset, or a date or a time alone).
enum TOMLDateTime {
    /// Whether a bare word that begins with a digit or a sign is meant as a date or a time.
    static func isBegun(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        return bytes.contains(UInt8(ascii: ":")) || bytes.count > 4 && bytes[4] == UInt8(ascii: "-") && number(bytes[..<4]) != nil
    }

    static func isValid(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        if bytes.count <= 10, isDate(word) { return true }
        guard bytes.count > 11, isDate(String(decoding: bytes[..<10], as: UTF8.self)) else {
            return offset(in: bytes[...]) == bytes.count
        }
        guard bytes[10] == UInt8(ascii: " ") || bytes[10] | 0x20 == UInt8(ascii: "t") else { return false }
        let time = bytes[11...]
        guard let end = offset(in: time) else { return false }
        return isOffset(bytes[end...])
    }

    /// Whether this is `2026-11-21`, and that day exists.
    static func isDate(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), let year = number(bytes[..<4]),
            let month = number(bytes[5..<7]), let day = number(bytes[8...]), (1...12).contains(month)
        else { return false }
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        return (1...days).contains(day)
    }

    /// Where a time of day ends that begins these bytes: `07:32:00`, with or without a fraction.
    private static func offset(in bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        guard bytes.count >= 8, bytes[start + 2] == UInt8(ascii: ":"), bytes[start + 5] == UInt8(ascii: ":"),
            let hour = number(bytes[start..<(start + 2)]), let minute = number(bytes[(start + 3)..<(start + 5)]),
            let second = number(bytes[(start + 6)..<(start + 8)]), hour < 24, minute < 60, second < 60
        else { return nil }
        let rest = bytes[(start + 8)...]
        guard rest.first == UInt8(ascii: ".") else { return rest.startIndex }
        let fraction = rest.dropFirst().prefix(while: TOMLScanner.isDigit)
        return fraction.isEmpty ? nil : fraction.endIndex
    }

    /// Nothing, `Z`, or a difference such as `+01:00`.
    private static func isOffset(_ bytes: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(bytes)
        if bytes.isEmpty || bytes == [UInt8(ascii: "Z")] || bytes == [UInt8(ascii: "z")] { return true }
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"), bytes[3] == UInt8(ascii: ":"),
            let hour = number(bytes[1..<3]), let minute = number(bytes[4...])
        else { return false }
        return hour < 24 && minute < 60
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.allSatisfy(TOMLScanner.isDigit) ? bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } : nil
    }
}
