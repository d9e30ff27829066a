/// Finds what the TOML parser (toml++ 3.4, `parse_table_header`) ends the whole process over, with an assertion: a bracket
/// that opens a table's header and is followed by nothing that begins a name.
struct TOMLHeaders {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// - Returns: the line of the first such header; nil when there is none.
    static func unnamedLine(in text: String) -> Int? {
        var headers = TOMLHeaders(bytes: Array(text.utf8))
        return headers.find()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func find() -> Int? {
        // A header stands at a line's beginning, and not within an array of several lines.
        var depth = 0
        var isLineStart = true
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                isLineStart = isLineStart || depth == 0
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            case UInt8(ascii: "#"):
                while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                skipString(byte)
                isLineStart = false
                continue
            case UInt8(ascii: "["):
                if isLineStart, depth == 0, !isNamed { return line }
                depth += 1
                isLineStart = false
            case UInt8(ascii: "{"):
                depth += 1
                isLineStart = false
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth = max(0, depth - 1)
                isLineStart = false
            default: isLineStart = false
            }
            position += 1
        }
        return nil
    }

    /// Whether a name, or what the parser itself complains of, follows the bracket or the two that stand here.
    private var isNamed: Bool {
        var place = position + 1
        if place < bytes.count, bytes[place] == UInt8(ascii: "[") { place += 1 }
        while place < bytes.count, bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: "\t") { place += 1 }
        guard place < bytes.count else { return true }
        switch bytes[place] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return "_-\"'[]".utf8.contains(bytes[place])
        }
    }

    /// From the opening quote to behind the closing one, or to where the parser stops: a line's end, or the text's.
    private mutating func skipString(_ quote: UInt8) {
        let isLong = bytes[position...].starts(with: [quote, quote, quote])
        position += isLong ? 3 : 1
        while let byte = next {
            if byte == UInt8(ascii: "\n") {
                guard isLong else { return }
                line += 1
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), position + 1 < bytes.count,
                bytes[position + 1] != UInt8(ascii: "\n")
            {
                position += 1
            } else if byte == quote, !isLong || bytes[position...].starts(with: [quote, quote, quote]) {
                position += isLong ? 3 : 1
                // Up to two more belong to the text of a long one.
                while isLong, next == quote { position += 1 }
                return
            }
            position += 1
        }
    }
}
