/// A shell's text taken apart into words and operators, as far as a notebook's lines need it.
struct ShellLexer {
    /// Whose text it is: who puts something in place of braces.
    enum Dialect: Sendable {
        /// A `!` line: `{x}` and `$x` are Python's.
        case notebook
        /// A `%%bash` cell: braces are the shell's.
        case shell
        /// An f-string given to a shell: braces are Python's.
        case formatted
    }

    enum Token: Equatable {
        case word(ShellWord)
        /// `&&`, `||`, `;`, `|`, `&`, `(`, `)`, a newline.
        case control(String, Range<Int>)
        /// `>`, `2>>`, `<`, …; what it leads to is the next word.
        case redirection(String, Range<Int>)
    }

    private let bytes: [UInt8]
    private let dialect: Dialect
    private var position: Int
    private let end: Int
    /// Delimiters of here-documents whose text begins at the next line.
    private var pending: [(delimiter: String, stripsTabs: Bool, redirection: Int)] = []
    /// For each kind of opening bracket, where the brackets are closed; found when the first one is met.
    private var closings: [UInt8: [Int: Int]] = [:]
    /// Up to here no brace begins an expansion.
    private var plainEnd = 0
    /// Texts of here-documents, with where their redirections begin.
    private(set) var documents: [(redirection: Int, text: Range<Int>)] = []

    init(_ bytes: [UInt8], _ range: Range<Int>, _ dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
        position = range.lowerBound
        end = range.upperBound
    }

    private func byte(_ offset: Int = 0) -> UInt8? { position + offset < end ? bytes[position + offset] : nil }
    private func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Every token; nil when a quote or bracket is never closed.
    mutating func tokens() -> [Token]? {
        var tokens: [Token] = []
        var expectsDelimiter = false
        while let next = byte() {
            switch next {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "\n"): position += 2
            case UInt8(ascii: "#"):
                while let byte = byte(), byte != UInt8(ascii: "\n") { position += 1 }
            case UInt8(ascii: "\n"):
                tokens.append(.control("\n", position..<position + 1))
                position += 1
                skipHereDocuments()
            default:
                if let token = operation() {
                    if case .redirection(let kind, _) = token, kind.hasSuffix("<<") || kind.hasSuffix("<<-") { expectsDelimiter = true }
                    tokens.append(token)
                    continue
                }
                guard let word = word() else { return nil }
                if expectsDelimiter {
                    if case .redirection(let kind, let range)? = tokens.last {
                        pending.append((word.literal ?? word.source, kind.hasSuffix("-"), range.lowerBound))
                    }
                    expectsDelimiter = false
                }
                tokens.append(.word(word))
            }
        }
        return tokens
    }

    private mutating func operation() -> Token? {
        let start = position
        var ahead = position
        while ahead < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[ahead]) { ahead += 1 }
        let digits = ahead
        let rest = bytes[ahead..<end]
        for kind in ["<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"] where rest.starts(with: kind.utf8) {
            position = digits + kind.utf8.count
            return .redirection(slice(start..<position), start..<position)
        }
        guard digits == start else { return nil }
        for kind in ["&>>", "&>"] where rest.starts(with: kind.utf8) {
            position += kind.utf8.count
            return .redirection(kind, start..<position)
        }
        for kind in ["&&", "||", "|&", ";;", ";", "|", "&", "(", ")"] where rest.starts(with: kind.utf8) {
            position += kind.utf8.count
            return .control(kind, start..<position)
        }
        return nil
    }

    private mutating func skipHereDocuments() {
        for (delimiter, stripsTabs, redirection) in pending {
            let start = position
            var textEnd = position
            while position < end {
                let lineEnd = bytes[position..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
                var line = slice(position..<lineEnd)[...]
                if stripsTabs { line = line.drop { $0 == "\t" } }
                position = min(end, lineEnd + 1)
                if line == delimiter { break }
                textEnd = position
            }
            documents.append((redirection, start..<textEnd))
        }
        pending = []
    }

    // MARK: words

    private mutating func word() -> ShellWord? {
        let start = position
        var word = ShellWord(range: start..<start, source: "")
        var text: [UInt8] = []
        // Where a joined line end begins that nothing of the word follows: that is no part of it.
        var joint: Int?
        func flush(_ quote: ShellWord.Quote) {
            if !text.isEmpty { word.parts.append(.text(String(decoding: text, as: UTF8.self), quote)) }
            text = []
        }
        if byte() == UInt8(ascii: "~") {
            while let next = byte(), next != UInt8(ascii: "/"), !Self.endsWord(next) { position += 1 }
            word.parts.append(.variable(slice(start..<position), .none))
        }
        while let next = byte(), !Self.endsWord(next) {
            if next == UInt8(ascii: "\\"), byte(1) == UInt8(ascii: "\n") {
                joint = joint ?? position
                position += 2
                continue
            }
            joint = nil
            switch next {
            case UInt8(ascii: "\\"):
                guard let escaped = byte(1) else { return nil }
                text.append(escaped)
                position += 2
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
                    position += 1
                } else {
                    text.append(next)
                    position += 1
                }
            }
        }
        flush(.none)
        word.range = start..<(joint ?? position)
        word.source = slice(word.range)
        return word
    }

    /// The shell's lists.
    private static let several: Set<String> = ["$@", "$*", "${@}", "${*}"]

    private static func endsWord(_ byte: UInt8) -> Bool { " \t\r\n;|&<>()".utf8.contains(byte) }

    private mutating func quoted(_ quote: UInt8, _ kind: ShellWord.Quote, _ word: inout ShellWord) -> Bool {
        position += 1
        var text: [UInt8] = []
        let count = word.parts.count
        while let next = byte() {
            if next == quote {
                position += 1
                // An empty pair is a word too.
                if !text.isEmpty || word.parts.count == count { word.parts.append(.text(String(decoding: text, as: UTF8.self), kind)) }
                return true
            }
            if kind == .double, next == UInt8(ascii: "\\"), let escaped = byte(1), "\"\\$`\n".utf8.contains(escaped) {
                if escaped != UInt8(ascii: "\n") { text.append(escaped) }
                position += 2
            } else if let source = variable(inQuotes: kind) {
                if !text.isEmpty { word.parts.append(.text(String(decoding: text, as: UTF8.self), kind)) }
                text = []
                if Self.several.contains(source) { word.mayBeSeveral = true }
                word.parts.append(.variable(source, kind))
            } else {
                text.append(next)
                position += 1
            }
        }
        return false
    }

    /// What is put in at this place, as written; nil when nothing is.
    private mutating func variable(inQuotes quote: ShellWord.Quote) -> String? {
        let start = position
        guard let next = byte() else { return nil }
        // In single quotes the shell puts in nothing, Python does.
        let isShells = quote != .single
        if next == UInt8(ascii: "{"), dialect != .shell, byte(1) != UInt8(ascii: "}") {
            guard let close = closing(start, UInt8(ascii: "{"), UInt8(ascii: "}")) else { return nil }
            position = close
            return slice(start..<close)
        }
        if next == UInt8(ascii: "`"), isShells {
            guard let close = bytes[(start + 1)..<end].firstIndex(of: next) else { return nil }
            position = close + 1
            return slice(start..<position)
        }
        guard next == UInt8(ascii: "$"), isShells || dialect == .notebook, let after = byte(1) else { return nil }
        if after == UInt8(ascii: "{") || after == UInt8(ascii: "(") {
            let close = after == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
            guard let found = closing(start + 1, after, close) else { return nil }
            position = found
            return slice(start..<found)
        }
        var ahead = start + 1
        while ahead < end, Self.isNameByte(bytes[ahead]) { ahead += 1 }
        if ahead == start + 1 {
            guard "@*#?-$!".utf8.contains(after), isShells else { return nil }
            ahead += 1
        }
        position = ahead
        return slice(start..<ahead)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The offset behind the bracket that closes the one at `start`, on its line.
    private mutating func closing(_ start: Int, _ open: UInt8, _ close: UInt8) -> Int? {
        if closings[open] == nil { closings[open] = allClosings(from: start, open, close) }
        return closings[open]?[start].map { $0 + 1 }
    }

    /// Where each bracket of a kind is closed on its line, so that many of them cost no more than one.
    private func allClosings(from start: Int, _ open: UInt8, _ close: UInt8) -> [Int: Int] {
        var closings: [Int: Int] = [:]
        var waiting: [Int] = []
        for offset in start..<end {
            if bytes[offset] == UInt8(ascii: "\n") { waiting = [] }
            if bytes[offset] == open { waiting.append(offset) }
            if bytes[offset] == close, let start = waiting.popLast() { closings[start] = offset }
        }
        return closings
    }

    /// Whether the brace here begins `{a,b}` or `{1..3}`.
    private mutating func isBraceExpansion() -> Bool {
        guard let close = closing(position, UInt8(ascii: "{"), UInt8(ascii: "}")), close > plainEnd else { return false }
        let inner = bytes[position..<close]
        if inner.contains(UInt8(ascii: ",")) || slice(position..<close).contains("..") { return true }
        plainEnd = close
        return false
    }
}
