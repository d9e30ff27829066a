/// Reads a shell's words: quotes, escapes, variables, and what braces make of them.
struct ShellWordReader {
    var scanner: ShellScanner
    private let dialect: ShellLexer.Dialect
    /// Up to here no brace begins an expansion.
    private var plainEnd = 0

    init(_ scanner: ShellScanner, _ dialect: ShellLexer.Dialect) {
        self.scanner = scanner
        self.dialect = dialect
    }

    /// The word at the scanner's position; nil when a quote or bracket is never closed.
    mutating func next() -> ShellWord? {
        let start = scanner.position
        var word = ShellWord(range: start..<start, source: "")
        var text: [UInt8] = []
        // Where a joined line end begins that nothing of the word follows: that is no part of it.
        var joint: Int?
        func flush(_ quote: ShellWord.Quote) {
            if !text.isEmpty { word.parts.append(.text(String(decoding: text, as: UTF8.self), quote)) }
            text = []
        }
        if scanner.byte() == UInt8(ascii: "~") {
            while let next = scanner.byte(), next != UInt8(ascii: "/"), !Self.endsWord(next) { scanner.position += 1 }
            word.parts.append(.variable(scanner.slice(start..<scanner.position), .none))
        }
        while let next = scanner.byte(), !Self.endsWord(next) {
            if next == UInt8(ascii: "\\"), scanner.byte(1) == UInt8(ascii: "\n") {
                joint = joint ?? scanner.position
                scanner.position += 2
                continue
            }
            joint = nil
            switch next {
            case UInt8(ascii: "\\"):
                guard let escaped = scanner.byte(1) else { return nil }
                text.append(escaped)
                scanner.position += 2
            case UInt8(ascii: "'"):
                flush(.none)
                guard quoted(UInt8(ascii: "'"), .single, &word) else { return nil }
            case UInt8(ascii: "\""):
                flush(.none)
                guard quoted(UInt8(ascii: "\""), .double, &word) else { return nil }
            default:
                if let source = variable(inQuotes: .none) {
                    flush(.none)
                    if Self.several.contains(source) { word.mayBeSeveral = true }
                    word.parts.append(.variable(source, .none))
                } else if dialect == .shell, next == UInt8(ascii: "{"), isBraceExpansion() {
                    word.mayBeSeveral = true
                    text.append(next)
                    scanner.position += 1
                } else {
                    text.append(next)
                    scanner.position += 1
                }
            }
        }
        flush(.none)
        word.range = start..<(joint ?? scanner.position)
        word.source = scanner.slice(word.range)
        return word
    }

    /// The shell's lists.
    private static let several: Set<String> = ["$@", "$*", "${@}", "${*}"]

    private static func endsWord(_ byte: UInt8) -> Bool { " \t\r\n;|&<>()".utf8.contains(byte) }

    private mutating func quoted(_ quote: UInt8, _ kind: ShellWord.Quote, _ word: inout ShellWord) -> Bool {
        scanner.position += 1
        var text: [UInt8] = []
        let count = word.parts.count
        while let next = scanner.byte() {
            if next == quote {
                scanner.position += 1
                // An empty pair is a word too.
                if !text.isEmpty || word.parts.count == count { word.parts.append(.text(String(decoding: text, as: UTF8.self), kind)) }
                return true
            }
            if kind == .double, next == UInt8(ascii: "\\"), let escaped = scanner.byte(1), "\"\\$`\n".utf8.contains(escaped) {
                if escaped != UInt8(ascii: "\n") { text.append(escaped) }
                scanner.position += 2
            } else if let source = variable(inQuotes: kind) {
                if !text.isEmpty { word.parts.append(.text(String(decoding: text, as: UTF8.self), kind)) }
                text = []
                if Self.several.contains(source) { word.mayBeSeveral = true }
                word.parts.append(.variable(source, kind))
            } else {
                text.append(next)
                scanner.position += 1
            }
        }
        return false
    }

    /// What is put in at this place, as written; nil when nothing is.
    private mutating func variable(inQuotes quote: ShellWord.Quote) -> String? {
        let start = scanner.position
        guard let next = scanner.byte() else { return nil }
        // In single quotes the shell puts in nothing, Python does.
        let isShells = quote != .single
        if next == UInt8(ascii: "{"), dialect != .shell, scanner.byte(1) != UInt8(ascii: "}") {
            guard let close = scanner.closing(start, UInt8(ascii: "{"), UInt8(ascii: "}")) else { return nil }
            scanner.position = close
            return scanner.slice(start..<close)
        }
        if next == UInt8(ascii: "`"), isShells {
            guard let close = scanner.bytes[(start + 1)..<scanner.end].firstIndex(of: next) else { return nil }
            scanner.position = close + 1
            return scanner.slice(start..<scanner.position)
        }
        guard next == UInt8(ascii: "$"), isShells || dialect == .notebook, let after = scanner.byte(1) else { return nil }
        if after == UInt8(ascii: "{") || after == UInt8(ascii: "(") {
            let close = after == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
            guard let found = scanner.closing(start + 1, after, close) else { return nil }
            scanner.position = found
            return scanner.slice(start..<found)
        }
        var ahead = start + 1
        while ahead < scanner.end, Self.isNameByte(scanner.bytes[ahead]) { ahead += 1 }
        if ahead == start + 1 {
            guard "@*#?-$!".utf8.contains(after), isShells else { return nil }
            ahead += 1
        }
        scanner.position = ahead
        return scanner.slice(start..<ahead)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether the brace here begins `{a,b}` or `{1..3}`.
    private mutating func isBraceExpansion() -> Bool {
        guard let close = scanner.closing(scanner.position, UInt8(ascii: "{"), UInt8(ascii: "}")), close > plainEnd else { return false }
        let inner = scanner.bytes[scanner.position..<close]
        if inner.contains(UInt8(ascii: ",")) || scanner.slice(scanner.position..<close).contains("..") { return true }
        plainEnd = close
        return false
    }
}
