/// Finds what the TOML parser (toml++ 3.4) ends the whole process over, with an assertion, where the text is no TOML: a header's
/// bracket without a name, brackets that close nothing or another kind's, a date's `T` without a time, and characters that TOML has in
/// quotes and comments only.
struct TOMLHeaders {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// - Returns: the line of the first such place; nil when there is none.
    static func brokenLine(in text: String) -> Int? {
        var headers = TOMLHeaders(bytes: Array(text.utf8))
        return headers.find()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func find() -> Int? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        // A header stands at a line's beginning, and not within an array of several lines.
        var open: [UInt8] = []
        var isLineStart = true
        var isValue = false
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                isLineStart = isLineStart || open.isEmpty
                isValue = isValue && !open.isEmpty
            case UInt8(ascii: "\r") where position + 1 < bytes.count && bytes[position + 1] != UInt8(ascii: "\n"): return line
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                if isValue, byte == UInt8(ascii: " "), endsDate, !isTime(orOneOf: " \t\r\n#,]}") { return line }
            case UInt8(ascii: "#"):
                while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                skipString(byte)
                isLineStart = false
                continue
            default:
                if byte == UInt8(ascii: "["), isLineStart, open.isEmpty, !isNamed { return line }
                if byte == UInt8(ascii: "T") || byte == UInt8(ascii: "t"), isValue, endsDate, !isTime(orOneOf: "") { return line }
                guard (0x21...0x7E).contains(byte), Self.fits(byte, &open) else { return line }
                isValue = isValue || byte == UInt8(ascii: "=")
                isLineStart = false
            }
            position += 1
        }
        return nil
    }

    /// Notes a bracket.
    /// - Returns: false for one that closes nothing, or another kind's.
    private static func fits(_ byte: UInt8, _ open: inout [UInt8]) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): open.append(byte)
        case UInt8(ascii: "]"): return open.popLast() == UInt8(ascii: "[")
        case UInt8(ascii: "}"): return open.popLast() == UInt8(ascii: "{")
        default: break
        }
        return true
    }

    /// Whether `-05-27` stands before this place.
    private var endsDate: Bool {
        guard position >= 10 else { return false }
        let date = bytes[(position - 6)..<position].map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) ? UInt8(ascii: "0") : $0 }
        return date.elementsEqual("-00-00".utf8)
    }

    /// Whether an hour and a colon follow this place, or one of those characters, or nothing where there are any.
    private func isTime(orOneOf others: String) -> Bool {
        guard position + 1 < bytes.count else { return !others.isEmpty }
        let hour = bytes[(position + 1)...].prefix(3).map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) ? UInt8(ascii: "0") : $0 }
        return hour.elementsEqual("00:".utf8) || others.utf8.contains(bytes[position + 1])
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
        default: return "_-\"']".utf8.contains(bytes[place])
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
