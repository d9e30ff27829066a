extension ShellWord {
    /// The words that braces make of it; nil where they are not certain, and where it has none.
    func bracedWords(by scope: ShellScope) -> [String]? {
        // An escaped brace is no brace.
        guard mayBeSeveral, scope.expandsBraces, !source.contains("\\") else { return nil }
        var words = [""]
        for part in parts {
            var pieces: [String]
            switch part {
            case .text(let text, .none):
                guard let listed = BraceList.words(text) else { return nil }
                pieces = listed
            case .text(let text, _): pieces = [text]
            case .variable(let source, let quote):
                guard let value = scope.text(of: source, at: range.lowerBound) else { return nil }
                if quote == .none, value.contains(where: { " \t\n*?[\\".contains($0) }) { return nil }
                pieces = [value]
            }
            guard words.count * pieces.count <= BraceList.most else { return nil }
            words = words.flatMap { word in pieces.map { word + $0 } }
        }
        // Of nothing without quotes there is no word.
        return words.contains("") ? nil : words
    }

    /// The words that a loop over it has; nil where they are not certain: a pattern, a command's output, an unknown variable.
    func listed(by scope: ShellScope) -> [String]? {
        let isPattern = parts.contains { part in
            if case .text(let text, .none) = part { text.contains { "*?[".contains($0) } } else { false }
        }
        guard !isPattern else { return nil }
        if let source = isBareVariable, let value = scope.text(of: source, at: range.lowerBound) {
            // Without quotes the shell splits it, and takes its words for patterns.
            return value.contains { "*?[\\".contains($0) } ? nil : value.split { " \t\n".contains($0) }.map(String.init)
        }
        return words(by: scope)
    }
}
