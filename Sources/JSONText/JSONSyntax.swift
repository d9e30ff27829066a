import FetchTypes

/// JSON's tokens as RFC 8259 has them and not otherwise: for those who read a text themselves and keep its bytes.
package enum JSONSyntax {
    /// A number (section 6): no leading zero or plus sign, digits on both sides of a point.
    /// - Parameter start: where it begins; any index up to the end.
    /// - Returns: where it ends; nil when there is none.
    package static func numberEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        func at(_ byte: Character) -> Bool { position < bytes.count && bytes[position] == byte.asciiValue }
        func digits() -> Bool {
            let first = position
            while position < bytes.count, isDigit(bytes[position]) { position += 1 }
            return position > first
        }
        if at("-") { position += 1 }
        if at("0") { position += 1 } else if !digits() { return nil }
        if at(".") {
            position += 1
            guard digits() else { return nil }
        }
        if at("e") || at("E") {
            position += 1
            if at("+") || at("-") { position += 1 }
            guard digits() else { return nil }
        }
        return position
    }

    /// A string (section 7): no bare control character, and no escape but JSON's own.
    /// - Parameter start: where its opening quote is.
    /// - Returns: where it ends, behind the closing quote; nil when it does not, or is none.
    package static func stringEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { return nil }
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"):
                guard let length = escapeLength(bytes, at: position + 1) else { return nil }
                position += 1 + length
            case 0..<0x20: return nil
            default: position += 1
            }
        }
        return nil
    }

    /// Bytes of an escape behind its backslash.
    private static func escapeLength(_ bytes: [UInt8], at start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        if "\"\\/bfnrt".utf8.contains(bytes[start]) { return 1 }
        guard bytes[start] == UInt8(ascii: "u"), bytes.count - start >= 5 else { return nil }
        return bytes[(start + 1)..<(start + 5)].allSatisfy { HexDigit.value($0) != nil } ? 5 : nil
    }

    /// Four hexadecimal digits.
    static func unit(_ digits: some Collection<UInt8>) -> UInt32? {
        guard digits.count == 4 else { return nil }
        var unit: UInt32 = 0
        for digit in digits {
            guard let value = HexDigit.value(digit) else { return nil }
            unit = unit << 4 | UInt32(value)
        }
        return unit
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
