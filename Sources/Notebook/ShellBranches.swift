/// Leaves out the branches of a function's body that cannot run, because the words of `[ … ]` are certain.
struct ShellBranches {
    private struct Frame {
        var start: Int
        /// `then`, `elif` and `else`, in order.
        var marks: [(word: String, index: Int)] = []
    }

    private let tokens: [ShellLexer.Token]

    init(_ tokens: [ShellLexer.Token]) { self.tokens = tokens }

    /// Words behind which a command begins.
    private static let openers: Set<String> = ["if", "then", "elif", "else", "do", "{", "!", "while", "until", "time"]

    /// The commands of a body that may run, and what is certain in them.
    /// - Parameter read: reads what is certain among those tokens. A loop's word or a call's arguments may decide which branches run.
    static func followed(
        _ body: [ShellLexer.Token], by read: ([ShellLexer.Token]) -> ShellScope
    ) -> (tokens: [ShellLexer.Token], scope: ShellScope) {
        let scope = read(body)
        let taken = ShellBranches(body).taken(scope)
        return taken.count < body.count ? (taken, read(taken)) : (body, scope)
    }

    /// - Parameter scope: what is certain at each place.
    func taken(_ scope: ShellScope) -> [ShellLexer.Token] {
        var isKept = [Bool](repeating: true, count: tokens.count)
        var open: [Frame] = []
        var (isAtCommand, isTarget) = (true, false)
        for (index, token) in tokens.enumerated() {
            switch token {
            case .redirection: isTarget = true
            case .control: isAtCommand = true
            case .word(let word):
                defer { isTarget = false }
                guard isAtCommand, !isTarget else { continue }
                isAtCommand = Self.openers.contains(word.source)
                switch word.source {
                case "if": open.append(Frame(start: index))
                case "then", "elif", "else": open.indices.last.map { open[$0].marks.append((word.source, index)) }
                case "fi":
                    guard let frame = open.popLast(), let dead = dead(frame, end: index, scope) else { continue }
                    for range in dead { for place in range { isKept[place] = false } }
                default: break
                }
            }
        }
        return zip(tokens, isKept).filter(\.1).map(\.0)
    }

    /// What does not run of `if … fi`; nil where that is not certain.
    private func dead(_ frame: Frame, end: Int, _ scope: ShellScope) -> [Range<Int>]? {
        guard let then = frame.marks.first, then.word == "then", !frame.marks.contains(where: { $0.word == "elif" }),
            let isTrue = holds(tokens[(frame.start + 1)..<then.index], scope)
        else { return nil }
        let other = frame.marks.dropFirst().first?.index ?? end
        return isTrue ? [frame.start..<then.index + 1, other..<end + 1] : [frame.start..<other + 1, end..<end + 1]
    }

    /// What `[ … ]` comes to; nil for every other condition, and where a word is not certain.
    private func holds(_ condition: ArraySlice<ShellLexer.Token>, _ scope: ShellScope) -> Bool? {
        var words: [ShellWord] = []
        for (place, token) in condition.enumerated() {
            switch token {
            case .word(let word): words.append(word)
            case .control(let operation, _) where place == condition.count - 1 && [";", "\n"].contains(operation): break
            default: return nil
            }
        }
        let closer = ["[": "]", "[[": "]]"]
        guard let name = words.first?.literal else { return nil }
        var operands = words.dropFirst()
        if name != "test" {
            guard let last = closer[name], operands.popLast()?.literal == last else { return nil }
        }
        var isNegated = false
        if operands.first?.source == "!" {
            isNegated = true
            operands = operands.dropFirst()
        }
        // Without quotes an empty value is no word.
        let values = operands.map { $0.isBareVariable == nil ? $0.expanded(by: scope) : nil }
        guard !values.contains(nil) else { return nil }
        let texts = values.compactMap(\.self)
        switch (texts.count, texts.count == 3 ? texts[1] : texts.first) {
        case (2, "-n"): return texts[1].isEmpty == isNegated
        case (2, "-z"): return texts[1].isEmpty != isNegated
        case (3, "="), (3, "=="):
            guard !texts[2].contains(where: { "*?[".contains($0) }) else { return nil }
            return (texts[0] == texts[2]) != isNegated
        case (3, "!="):
            guard !texts[2].contains(where: { "*?[".contains($0) }) else { return nil }
            return (texts[0] != texts[2]) != isNegated
        default: return nil
        }
    }
}
