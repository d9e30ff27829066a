/// One simple command of a shell's text.
struct ShellCommand: Sendable {
    var words: [ShellWord] = []
    /// Redirections that are between or behind its words, as written, with where they are.
    var redirections: [(source: String, range: Range<Int>)] = []
    /// The text around it: `|`, `&&`, a newline; empty at an end.
    var before = ""
    var behind = ""
    /// Where the operator behind it is.
    var behindRange: Range<Int>?
    /// Whether something is close behind that operator, without white space.
    var isFollowedClosely = false
    /// Whether `command` or `nohup` is before it, which start programs and no functions of the script.
    var skipsFunctions = false
    /// Whether `time` is directly before its first word.
    private var isTimed = false

    /// Words at a command's place that are the shell's own.
    private static let keywords: Set<String> = ["if", "then", "elif", "else", "do", "while", "until", "{", "!", "time"]
    private static let lists: Set<String> = ["for", "case", "select", "function"]
    /// Programs that start what follows them.
    private static let starters: Set<String> = ["nohup", "command", "time"]

    /// All simple commands, in order.
    /// - Parameter end: where the shell's text ends.
    static func all(_ tokens: [ShellLexer.Token], in bytes: [UInt8], to end: Int) -> [ShellCommand] {
        var commands: [ShellCommand] = []
        var current = ShellCommand()
        var redirection: (String, Range<Int>)?
        var isList = false
        func finish(_ operation: String, _ range: Range<Int>?) {
            current.behind = operation
            current.behindRange = range
            if let range, range.upperBound < end { current.isFollowedClosely = !" \t\r\n#)".utf8.contains(bytes[range.upperBound]) }
            if !current.words.isEmpty, !isList { commands.append(current) }
            current = ShellCommand()
            current.before = operation
            isList = false
        }
        for token in tokens {
            switch token {
            case .control(let operation, let range):
                // `<(…)`: no word follows that it leads to.
                redirection = nil
                finish(operation, range)
            case .redirection(let source, let range): redirection = (source, range)
            case .word(let word):
                if let (_, range) = redirection {
                    let whole = range.lowerBound..<word.range.upperBound
                    current.redirections.append((String(decoding: bytes[whole], as: UTF8.self), whole))
                    redirection = nil
                } else if current.words.isEmpty, let name = word.literal, lists.contains(name) {
                    isList = true
                    current.words.append(word)
                } else if current.words.isEmpty, word.parts.count == 1, let name = word.literal, name == word.source,
                    keywords.contains(name) || starters.contains(name)
                {
                    current.isTimed = name == "time"
                    if name == "command" || name == "nohup" { current.skipsFunctions = true }
                } else if current.words.isEmpty, isAssignment(word) || word.source == "-p" && current.isTimed {
                    continue
                } else {
                    current.words.append(word)
                }
            }
        }
        finish("", nil)
        return commands
    }

    private static func isAssignment(_ word: ShellWord) -> Bool {
        guard case .text(let text, .none)? = word.parts.first, let equals = text.firstIndex(of: "=") else { return false }
        let name = text[..<equals]
        return !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && name.first?.isNumber == false
    }

    /// The program's name without its folder; nil when it is not known.
    var program: String? { words.first?.literal.map { String($0.split(separator: "/").last ?? "") } }

    /// From its first word to its last.
    var range: Range<Int> { (words.first?.range.lowerBound ?? 0)..<(words.last?.range.upperBound ?? 0) }

    /// `name ()`: a function's name, not a command.
    var isDefinition: Bool { behind == "(" }

    var isPiped: Bool { before == "|" || before == "|&" || behind == "|" || behind == "|&" }
}
