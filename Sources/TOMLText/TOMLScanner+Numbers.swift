extension TOMLScanner {
    /// A value that is neither in quotes nor in brackets: a boolean, a number, a date or a time.
    mutating func bareValue() throws(TOMLError) -> TOMLValue.Content {
        let start = place
        var word = String(decoding: take(while: Self.isBare), as: UTF8.self)
        // A blank may be between a date and a time.
        if word.utf8.count == 10, isNext(" "), let first = byte(ahead: 1), Self.isDigit(first), TOMLDateTime.isDate(word) {
            advance()
            word += " " + String(decoding: take(while: Self.isBare), as: UTF8.self)
        }
        switch word {
        case "": throw TOMLError(place: start, reason: "a value is missing")
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "inf", "+inf": return .float(.infinity)
        case "-inf": return .float(-.infinity)
        case "nan", "+nan", "-nan": return .float(.nan)
        default: break
        }
        guard let first = word.utf8.first, Self.isDigit(first) || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
            throw TOMLError(place: start, reason: "a value is no string, number, boolean, date, array or table")
        }
        if TOMLDateTime.isBegun(word) {
            guard TOMLDateTime.isValid(word) else { throw TOMLError(place: start, reason: "a date or time is wrong") }
            return .dateTime(word)
        }
        guard let number = TOMLNumber(word) else { throw TOMLError(place: start, reason: "a number is wrong") }
        switch number {
        case .integer(let value): return .integer(value)
        case .float(let value): return .float(value)
        case .tooLarge: throw TOMLError(place: start, reason: "a number does not fit into 64 bits")
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): true
        default: isDigit(byte) || isLetter(byte)
        }
    }
}
