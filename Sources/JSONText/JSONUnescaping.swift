extension String {
    /// A JSON string's text (RFC 8259, 7). Half a surrogate pair becomes U+FFFD.
    /// - Parameter json: the text between the quotes.
    /// - Returns: nil when an escape is none, or the bytes are not UTF-8.
    package init?(json: ArraySlice<UInt8>) {
        var out: [UInt8] = []
        out.reserveCapacity(json.count)
        var rest = json
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard let escape = rest.popFirst(), let scalar = Self.scalar(escape, &rest) else { return nil }
            out += Array(String(Character(scalar)).utf8)
        }
        self.init(validating: out, as: UTF8.self)
    }

    /// - Parameter rest: what follows the escape's first byte; as much as belongs to it is taken off.
    private static func scalar(_ escape: UInt8, _ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        switch escape {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(escape)
        case UInt8(ascii: "u"):
            guard let high = unit(&rest) else { return nil }
            guard (0xD800..<0xDC00).contains(high), rest.starts(with: "\\u".utf8) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
            rest.removeFirst(2)
            guard let low = unit(&rest) else { return nil }
            guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        default: return nil
        }
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        guard rest.count >= 4 else { return nil }
        defer { rest.removeFirst(4) }
        return JSONSyntax.unit(rest.prefix(4))
    }
}
