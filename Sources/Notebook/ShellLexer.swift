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

        /// Where it begins, in bytes.
        var start: Int {
            switch self {
            case .word(let word): word.range.lowerBound
            case .control(_, let range), .redirection(_, let range): range.lowerBound
            }
        }
    }

    private var words: ShellWordReader
    /// Delimiters of here-documents whose text begins at the next line.
    private var pending: [(delimiter: String, stripsTabs: Bool, redirection: Int)] = []
    /// Texts of here-documents, with where their redirections begin.
    private(set) var documents: [(redirection: Int, text: Range<Int>)] = []

    init(_ bytes: [UInt8], _ range: Range<Int>, _ dialect: Dialect) {
        words = ShellWordReader(ShellScanner(bytes, range), dialect)
    }

    private var position: Int {
        get { words.scanner.position }
        set { words.scanner.position = newValue }
    }
    private func byte(_ offset: Int = 0) -> UInt8? { words.scanner.byte(offset) }
    private func slice(_ range: Range<Int>) -> String { words.scanner.slice(range) }

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
                guard let word = words.next() else { return nil }
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
        let (start, end, bytes) = (position, words.scanner.end, words.scanner.bytes)
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
        let (end, bytes) = (words.scanner.end, words.scanner.bytes)
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
}
