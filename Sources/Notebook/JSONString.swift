/// A JSON string between its text and its bytes.
enum JSONString {
    /// - Parameter bytes: with the quotes.
    /// - Returns: nil when it is no valid string.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count >= 2 else { return nil }
        return decodeInner(bytes.dropFirst().dropLast())
    }

    /// - Parameter bytes: without the quotes.
    static func decodeInner(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(validating: bytes, as: UTF8.self) }
        var out: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard let escape = rest.popFirst(), let scalar = scalar(escape, &rest) else { return nil }
            out += Array(String(Character(scalar)).utf8)
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func scalar(_ escape: UInt8, _ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        switch escape {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(escape)
        case UInt8(ascii: "u"):
            guard let high = unit(&rest) else { return nil }
            guard (0xd800..<0xdc00).contains(high), rest.starts(with: "\\u".utf8) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
            rest.removeFirst(2)
            guard let low = unit(&rest), (0xdc00..<0xe000).contains(low) else { return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
        default: return nil
        }
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        guard rest.count >= 4 else { return nil }
        defer { rest.removeFirst(4) }
        return UInt32(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16)
    }

    /// As Python's `json` writes it, without the quotes.
    /// - Parameter isASCII: whether everything outside ASCII is escaped.
    static func encodeInner(_ text: String, isASCII: Bool) -> [UInt8] {
        var out: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += Array("\\\"".utf8)
            case "\\": out += Array("\\\\".utf8)
            case "\n": out += Array("\\n".utf8)
            case "\r": out += Array("\\r".utf8)
            case "\t": out += Array("\\t".utf8)
            default:
                guard scalar.value < 0x20 || isASCII && scalar.value > 0x7e else {
                    out += Array(String(Character(scalar)).utf8)
                    continue
                }
                for unit in String(Character(scalar)).utf16 {
                    let hex = String(unit, radix: 16)
                    out += Array(("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8)
                }
            }
        }
        return out
    }
}
