/// Reads a shell's tokens for what they do to its variables, its folder and its functions. Nothing is run: what is not a plain
/// assignment makes a variable uncertain.
struct ShellScopeReader {
    struct Compound {
        var offset: Int
        /// The word or operator that closes it.
        var closer: String
        /// The name of the function whose body it is.
        var function: String?
        /// The index behind its opening token.
        var body: Int
        /// The variables that are assigned in it.
        var names: Set<String> = []
    }

    var scope: ShellScope
    var folders: ShellFolderReader
    let tokens: [ShellLexer.Token]
    /// Compound commands, the outermost first.
    private(set) var open: [Compound] = []
    /// The words of the command that is being read, without redirections and the shell's own words.
    private var words: [ShellWord] = []
    private(set) var before = ""
    private(set) var isNegated = false
    /// The next compound command is the body of the function of that name.
    private var expectedBody: String?
    /// The next words up to `;` belong to `for`, `case` or `select`.
    private var isHeader = false
    /// The index of the token that is being read.
    private(set) var index = 0

    private init(_ tokens: [ShellLexer.Token], _ start: ScriptFolder, _ outside: ShellScope.Outside?) {
        self.tokens = tokens
        scope = ShellScope(outside: outside)
        folders = ShellFolderReader(start: start)
    }

    /// What the text does.
    /// - Parameters:
    ///   - knowsVariables: whether the shell itself puts in what has a dollar sign.
    ///   - start: the folder that it starts in.
    ///   - outside: what the text finds that is a function's body.
    static func scope(
        of tokens: [ShellLexer.Token], knowsVariables: Bool = true, start: ScriptFolder = .start, outside: ShellScope.Outside? = nil
    ) -> ShellScope {
        var reader = ShellScopeReader(tokens, start, outside)
        if !knowsVariables { reader.scope.forgetEverything() }
        reader.read()
        reader.scope.folders = reader.folders.changes
        return reader.scope
    }

    /// Compound commands in each other; deeper ones make everything uncertain.
    private static let deepest = 50
    private static let closers = ["if": "fi", "while": "done", "until": "done", "for": "done", "select": "done", "case": "esac", "{": "}"]
    private static let passed: Set<String> = ["then", "elif", "else", "do", "!", "time", "in"]

    private mutating func read() {
        var isTarget = false
        for (index, token) in tokens.enumerated() {
            self.index = index
            switch token {
            case .redirection: isTarget = true
            case .control(let operation, let range):
                isTarget = false
                control(operation, range, next: index + 1 < tokens.count ? tokens[index + 1] : nil)
            case .word(let word):
                note(word)
                if isTarget { isTarget = false } else { take(word) }
            }
        }
        index = tokens.count
        finish("", at: .max)
        // What is never closed has no end.
        while !open.isEmpty { close(at: .max) }
    }

    // MARK: words

    private mutating func take(_ word: ShellWord) {
        let plain = word.parts.count == 1 && word.literal == word.source ? word.source : nil
        if words.isEmpty, let plain, !isHeader {
            if let closer = Self.closers[plain] {
                begin(word.range.lowerBound, until: closer, plain)
                isHeader = ["for", "select", "case"].contains(plain)
                return
            }
            if plain == "function" {
                expectedBody = ""
                isHeader = true
                return
            }
            if Self.passed.contains(plain) { return pass(plain, at: word.range.lowerBound) }
            if plain == open.last?.closer { return close(at: word.range.upperBound) }
        }
        // `function name {`: the body begins without an operator.
        if isHeader, plain == "{", expectedBody != nil {
            expectedBody = words.first?.literal ?? ""
            (isHeader, words) = (false, [])
            return begin(word.range.lowerBound, until: "}", "{")
        }
        if isHeader, words.isEmpty, let plain, ShellWord.isName(plain), open.last?.closer == "done" {
            set(plain, to: nil, at: word.range.lowerBound)
        }
        words.append(word)
    }

    private mutating func pass(_ word: String, at offset: Int) {
        switch word {
        case "!": isNegated = true
        case "then": folders.endCondition()
        case "else", "elif": folders.endBranch(at: offset, isLast: word == "else")
        default: break
        }
    }

    private mutating func begin(_ offset: Int, until closer: String, _ word: String) {
        let function = expectedBody
        expectedBody = nil
        open.append(Compound(offset: offset, closer: closer, function: function, body: index + 1))
        folders.begin(function == nil ? ShellFolderReader.Compound(word) : .function, at: offset, before: before)
        before = ""
        if open.count > Self.deepest { scope.forgetEverything() }
    }

    private mutating func close(at end: Int) {
        guard let last = open.popLast() else { return }
        scope.closeCompound(last.offset..<end, last.names, function: last.function)
        folders.close(at: end)
        if let name = last.function, !name.isEmpty, last.body <= index {
            let body = tokens[last.body..<index]
            // Functions deep in others are not called by anything that is followed.
            let changesFolder = open.count >= Self.deepest || Self.changesFolder(body)
            scope.definitions.define(
                name, ShellFunction(tokens: body, end: end, isCertain: open.isEmpty, changesFolder: changesFolder))
        }
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
                let name = words[0].literal ?? ""
                (words, isHeader, expectedBody) = ([], false, nil)
                begin(range.lowerBound, until: ")", "(")
                expectedBody = name
                return
            } else if case .control("(", let inner)? = next, inner.lowerBound == range.upperBound {
                // `((i++))`
                scope.forgetAll(at: range.lowerBound)
            }
            finish(operation, at: range.lowerBound)
            return begin(range.lowerBound, until: ")", "(")
        }
        finish(operation, at: range.lowerBound)
        if operation == ";;" { folders.endBranch(at: range.lowerBound, isLast: false) }
        // A pattern of `case` has a parenthesis that nothing opened.
        if operation == ")", open.last?.closer == ")" { close(at: range.upperBound) }
    }

    /// The command that has been read ends.
    /// - Parameter operation: what stands behind it.
    private mutating func finish(_ operation: String, at offset: Int) {
        defer {
            folders.operate(operation, at: offset)
            (words, isHeader) = ([], isHeader && operation == "\n" && words.isEmpty)
            (before, isNegated) = (operation, false)
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
        move(first, Array(command.dropFirst()), behind: operation)
        run(first, Array(command.dropFirst()), isCertain: isCertain(before, operation))
    }
}
