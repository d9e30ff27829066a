/// Takes a code cell apart: Python, and the lines that IPython takes for itself.
struct PythonLexer {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    private var depth = 0
    private var tokens: [PythonToken] = []

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    private func byte(_ offset: Int = 0) -> UInt8? { position + offset < end ? bytes[position + offset] : nil }

    private var isAtLineStart: Bool { tokens.last.map { $0.kind == .newline } ?? true }

    /// Every token; nil when a string is never closed.
    mutating func all() -> [PythonToken]? {
        while let next = byte() {
            switch next {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0c: position += 1
            case UInt8(ascii: "\n"):
                if depth == 0, !isAtLineStart { tokens.append(PythonToken(kind: .newline, range: position..<position + 1)) }
                position += 1
            case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "\n"): position += 2
            case UInt8(ascii: "#"): skipToLineEnd()
            case UInt8(ascii: "!") where depth == 0 && (isAtLineStart || isBehindAssignment): shellLine()
            case UInt8(ascii: "%") where depth == 0 && (isAtLineStart || isBehindAssignment): magicLine()
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard string(from: position) else { return nil }
            default:
                if Self.isNameByte(next) {
                    guard word() else { return nil }
                } else {
                    mark(next)
                }
            }
        }
        return tokens
    }

    /// `x = !cmd`
    private var isBehindAssignment: Bool {
        guard let last = tokens.last, last.isMark("="), byte(1) != UInt8(ascii: "=") else { return false }
        let line = tokens.lastIndex { $0.kind == .newline }.map { tokens[tokens.index(after: $0)...] } ?? tokens[...]
        return line.dropLast().allSatisfy { $0.name != nil || $0.isMark(",") }
    }

    private mutating func skipToLineEnd() {
        while let next = byte(), next != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func shellLine() {
        let isUsed = !isAtLineStart || byte(1) == UInt8(ascii: "!")
        position += byte(1) == UInt8(ascii: "!") ? 2 : 1
        let start = position
        skipContinued()
        tokens.append(PythonToken(kind: .shell(isUsed: isUsed), range: start..<position))
    }

    private mutating func magicLine() {
        let start = position
        skipContinued()
        tokens.append(PythonToken(kind: .magic, range: start..<position))
    }

    /// To the end of the line, and of those that a backslash joins to it.
    private mutating func skipContinued() {
        while let next = byte() {
            if next == UInt8(ascii: "\\"), byte(1) == UInt8(ascii: "\n") {
                position += 2
            } else if next == UInt8(ascii: "\n") {
                return
            } else {
                position += 1
            }
        }
    }

    private mutating func word() -> Bool {
        let start = position
        while let next = byte(), Self.isNameByte(next) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let quote = byte(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            ["r", "b", "u", "f", "t", "rb", "br", "rf", "fr", "rt", "tr"].contains(text.lowercased())
        {
            return string(from: start)
        }
        let isNumber = text.first?.isNumber == true
        tokens.append(PythonToken(kind: isNumber ? .number : .name(text), range: start..<position))
        return true
    }

    /// The string whose prefix begins at `start` and whose quote is here.
    private mutating func string(from start: Int) -> Bool {
        guard let quote = byte() else { return false }
        let isTriple = byte(1) == quote && byte(2) == quote
        position += isTriple ? 3 : 1
        while let next = byte() {
            if next == UInt8(ascii: "\\") {
                position += 2
            } else if next == UInt8(ascii: "\n"), !isTriple {
                return false
            } else if next == quote, !isTriple || byte(1) == quote && byte(2) == quote {
                position += isTriple ? 3 : 1
                tokens.append(PythonToken(kind: .string, range: start..<position))
                return true
            } else {
                position += 1
            }
        }
        return false
    }

    private mutating func mark(_ next: UInt8) {
        let start = position
        position += 1
        var text = String(UnicodeScalar(next))
        if next == UInt8(ascii: "*"), byte() == next {
            position += 1
            text = "**"
        } else if "=!<>".utf8.contains(next), byte() == UInt8(ascii: "=") {
            position += 1
            text += "="
        }
        if "([{".utf8.contains(next) { depth += 1 }
        if ")]}".utf8.contains(next) { depth = max(0, depth - 1) }
        tokens.append(PythonToken(kind: .mark(text), range: start..<position))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), 0x80...0xff:
            true
        default: false
        }
    }
}
