/// Reads a shell's tokens for what they do to its variables. Nothing is run: what is not a plain assignment makes a variable uncertain.
struct ShellScopeReader {
    private struct Compound {
        var offset: Int
        /// The word or operator that closes it.
        var closer: String
        var isFunction: Bool
        /// The variables that are assigned in it.
        var names: Set<String> = []
    }

    var scope = ShellScope()
    private let tokens: [ShellLexer.Token]
    /// Compound commands that are open, the outermost first.
    private var open: [Compound] = []
    /// The words of the command that is being read, without redirections and the shell's own words.
    private var words: [ShellWord] = []
    private var before = ""
    /// The next compound command is a function's body.
    private var expectsBody = false
    /// The next words up to `;` belong to `for`, `case` or `select`.
    private var isHeader = false

    init(_ tokens: [ShellLexer.Token]) { self.tokens = tokens }

    /// What the text does to its variables.
    static func scope(of tokens: [ShellLexer.Token]) -> ShellScope {
        var reader = ShellScopeReader(tokens)
        reader.read()
        return reader.scope
    }

    /// Compound commands in each other; deeper ones make everything uncertain.
    private static let deepest = 50
    private static let closers = ["if": "fi", "while": "done", "until": "done", "for": "done", "select": "done", "case": "esac", "{": "}"]
    private static let passed: Set<String> = ["then", "elif", "else", "do", "!", "time", "in"]

    private mutating func read() {
        var isTarget = false
        for (index, token) in tokens.enumerated() {
            switch token {
            case .redirection: isTarget = true
            case .control(let operation, let range): control(operation, range, next: index + 1 < tokens.count ? tokens[index + 1] : nil)
            case .word(let word):
                note(word)
                if isTarget { isTarget = false } else { take(word) }
            }
        }
        finish("")
        // What is never closed has no end.
        while !open.isEmpty { close(at: .max) }
    }

    // MARK: words

    /// `${NAME:=word}` and arithmetic assign while they are put in.
    private mutating func note(_ word: ShellWord) {
        for case .variable(let source, _) in word.parts where source.contains("=") || source.contains("++") || source.contains("--") {
            if source.hasPrefix("${"), let equals = source.firstIndex(of: "=") {
                let name = source[..<equals].dropFirst(2).prefix { $0 != ":" }
                if ShellWord.isName(name) { set(String(name), to: nil, at: word.range.lowerBound) }
            } else if source.hasPrefix("$((") {
                scope.forgetAll(at: word.range.lowerBound)
            }
        }
    }

    private mutating func take(_ word: ShellWord) {
        let plain = word.parts.count == 1 && word.literal == word.source ? word.source : nil
        if words.isEmpty, let plain, !isHeader {
            if let closer = Self.closers[plain] {
                begin(word.range.lowerBound, until: closer)
                isHeader = ["for", "select", "case"].contains(plain)
                return
            }
            if plain == "function" {
                expectsBody = true
                isHeader = true
                return
            }
            if Self.passed.contains(plain) { return }
            if plain == open.last?.closer { return close(at: word.range.upperBound) }
        }
        // `function name {`: the body begins without an operator.
        if isHeader, plain == "{", expectsBody {
            (isHeader, words) = (false, [])
            return begin(word.range.lowerBound, until: "}")
        }
        if isHeader, words.isEmpty, let plain, ShellWord.isName(plain), open.last?.closer == "done" {
            set(plain, to: nil, at: word.range.lowerBound)
        }
        words.append(word)
    }

    private mutating func begin(_ offset: Int, until closer: String) {
        open.append(Compound(offset: offset, closer: closer, isFunction: expectsBody))
        expectsBody = false
        if open.count > Self.deepest { scope.forgetEverything() }
    }

    private mutating func close(at end: Int) {
        guard let last = open.popLast() else { return }
        scope.closeCompound(last.offset..<end, last.names, isFunction: last.isFunction)
        if open.count < Self.deepest, let outer = open.indices.last { open[outer].names.formUnion(last.names) }
    }

    mutating func set(_ name: String, to value: String?, at offset: Int) {
        scope.set(name, to: value, at: offset)
        if let inner = open.indices.last { open[inner].names.insert(name) }
    }

    // MARK: operators

    private mutating func control(_ operation: String, _ range: Range<Int>, next: ShellLexer.Token?) {
        if operation == "(" {
            // `name=(…)` is an array.
            if let last = words.last, last.range.upperBound == range.lowerBound, last.source.hasSuffix("=") {
                set(String(last.source.dropLast().prefix { $0 != "+" && $0 != "[" }), to: nil, at: last.range.lowerBound)
                words = []
            } else if words.count == 1, case .control(")", _)? = next {
                // `name ()`: the body follows.
                (words, isHeader, expectsBody) = ([], false, false)
                begin(range.lowerBound, until: ")")
                expectsBody = true
                return
            } else if case .control("(", let inner)? = next, inner.lowerBound == range.upperBound {
                // `((i++))`
                scope.forgetAll(at: range.lowerBound)
            }
            finish(operation)
            return begin(range.lowerBound, until: ")")
        }
        finish(operation)
        // A pattern of `case` has a parenthesis that nothing opened.
        if operation == ")", open.last?.closer == ")" { close(at: range.upperBound) }
    }

    /// The command that has been read ends.
    /// - Parameter operation: what stands behind it.
    private mutating func finish(_ operation: String) {
        defer {
            (words, isHeader) = ([], isHeader && operation == "\n" && words.isEmpty)
            before = operation
        }
        guard !isHeader, !words.isEmpty else { return }
        let assignments = words.prefix { $0.assignment != nil }
        let command = words.dropFirst(assignments.count)
        guard let first = command.first else {
            // Behind `&&` it may not run, in a pipe and in the background it runs elsewhere.
            let isCertain = isCertain(before, operation)
            for word in assignments { assign(word, isCertain: isCertain) }
            return
        }
        for word in assignments {
            if let name = word.assignment?.name { scope.notePrefix(name) }
            // In sh, what stands before one of its own special commands stays.
            if Self.special.contains(first.literal ?? "") { assign(word, isCertain: false) }
        }
        run(first, Array(command.dropFirst()), isCertain: isCertain(before, operation))
    }

    /// Whether a command runs, and in this shell: behind `&&` it may not, in a pipe and in the background it runs elsewhere.
    private func isCertain(_ before: String, _ behind: String) -> Bool {
        !["&&", "||", "|", "|&"].contains(before) && !["|", "|&", "&"].contains(behind)
    }
}
