/// A `for` loop of a shell's text.
struct ShellLoop: Sendable {
    /// From `for` to `done`, in bytes.
    let range: Range<Int>
    let variable: String
    /// Behind `in`; nil: the arguments of the script or function.
    let words: [ShellWord]?
    /// Between `do` and `done`.
    let body: ArraySlice<ShellLexer.Token>
    /// Where `done` begins, in bytes.
    let end: Int

    /// A loop that is read, from its first word on.
    private struct Frame {
        var start: Int
        var isFor: Bool
        var body: Int?
    }

    /// Words behind which a command begins.
    private static let openers: Set<String> = ["if", "then", "elif", "else", "{", "!", "while", "until", "time"]

    /// The outermost loops of a text, in its order; C's form (`for ((…))`) is none.
    static func all(_ tokens: [ShellLexer.Token]) -> [ShellLoop] {
        var loops: [ShellLoop] = []
        var open: [Frame] = []
        var (isAtCommand, isTarget) = (true, false)
        for (index, token) in tokens.enumerated() {
            switch token {
            case .redirection: isTarget = true
            case .control: (isAtCommand, isTarget) = (true, false)
            case .word(let word):
                defer { isTarget = false }
                guard isAtCommand, !isTarget else { continue }
                isAtCommand = openers.contains(word.source)
                switch word.source {
                case "for", "select", "while", "until": open.append(Frame(start: index, isFor: word.source == "for"))
                case "do":
                    if let last = open.indices.last { open[last].body = open[last].body ?? index + 1 }
                    isAtCommand = true
                case "done":
                    guard let frame = open.popLast(), frame.isFor, let body = frame.body,
                        let loop = ShellLoop(tokens, frame.start, body: body, done: index, word)
                    else { continue }
                    while let last = loops.last, last.range.lowerBound > loop.range.lowerBound { loops.removeLast() }
                    loops.append(loop)
                default: break
                }
            }
        }
        return loops
    }

    /// - Returns: nil for a form that is not read.
    private init?(_ tokens: [ShellLexer.Token], _ start: Int, body: Int, done: Int, _ last: ShellWord) {
        var header: [ShellLexer.Token] = Array(tokens[(start + 1)..<(body - 1)])
        guard case .word(let first) = tokens[start], case .word(let name)? = header.first, ShellWord.isName(name.source) else { return nil }
        header.removeFirst()
        header = Array(header.drop { if case .control("\n", _) = $0 { true } else { false } })
        var words: [ShellWord]?
        if case .word(let word)? = header.first, word.source == "in" {
            words = []
            header.removeFirst()
        }
        while case .word(let word)? = header.first {
            guard words != nil else { return nil }
            words?.append(word)
            header.removeFirst()
        }
        let isEnd = header.allSatisfy { token in
            if case .control(let operation, _) = token { [";", "\n"].contains(operation) } else { false }
        }
        guard isEnd else { return nil }
        range = first.range.lowerBound..<last.range.upperBound
        variable = name.source
        self.words = words
        self.body = tokens[body..<done]
        end = last.range.lowerBound
    }

    /// The words that it runs for, in order; nil where they are not certain.
    func values(by scope: ShellScope) -> [String]? {
        guard let words else {
            let all = scope.arguments(at: range.lowerBound)
            return all.flatMap { all in all.contains(nil) ? nil : all.compactMap(\.self) }
        }
        var values: [String] = []
        for word in words {
            guard let listed = word.listed(by: scope) else { return nil }
            values += listed
        }
        return values
    }
}
