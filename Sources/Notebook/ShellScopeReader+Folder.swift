extension ShellFolderReader.Compound {
    /// - Parameter word: what opens it.
    init(_ word: String) {
        switch word {
        case "if", "case": self = .branches
        case "while", "until", "for", "select": self = .loop
        case "(": self = .subshell
        default: self = .group
        }
    }
}

extension ShellScopeReader {
    private static let movers: Set<String> = ["cd", "chdir", "pushd", "popd"]

    /// Whether what is read may run several times.
    var isInLoop: Bool { open.contains { $0.closer == "done" } }

    /// What a command does to the folder.
    mutating func move(_ first: ShellWord, _ arguments: [ShellWord], behind: String) {
        let offset = first.range.lowerBound
        guard let name = first.literal else {
            return folders.run("", [], shown: "", at: offset, before: before, behind: behind, isNegated: isNegated)
        }
        if ["command", "builtin"].contains(name), let next = arguments.first {
            return move(next, Array(arguments.dropFirst()), behind: behind)
        }
        let shown = ([first] + arguments).map(\.source).joined(separator: " ")
        // In a loop a variable may have another value the next time.
        var values = arguments.map { isInLoop ? $0.literal : $0.expanded(by: scope) }
        // It names other folders to look in.
        if Self.movers.contains(name), scope.mentions("CDPATH") { values = values.map { _ in nil } }
        let end = arguments.last?.range.upperBound ?? first.range.upperBound
        if scope.function(name, at: offset)?.changesFolder ?? false {
            folders.lose("the function \(name) changes the folder", at: end)
        } else if mayMove(name, arguments) {
            folders.lose("\(shown.prefix(60)) may change the folder", at: end)
        }
        folders.run(name, values, shown: shown, at: offset, before: before, behind: behind, isNegated: isNegated)
    }

    /// A body with `cd` that is in no subshell.
    static func changesFolder(_ body: ArraySlice<ShellLexer.Token>) -> Bool {
        var depth = 0
        for token in body {
            switch token {
            case .control("(", _): depth += 1
            case .control(")", _): depth -= 1
            case .word(let word) where depth <= 0 && Self.movers.contains(word.source): return true
            default: break
            }
        }
        return false
    }

    /// Text that another place has, or that is put together.
    private func mayMove(_ name: String, _ arguments: [ShellWord]) -> Bool {
        let text = arguments.map(\.source).joined(separator: " ")
        switch name {
        case "eval": return !["conda", "ssh-agent", "pyenv", "direnv"].contains { text.contains($0) }
        // What sets up an environment leaves the folder as it is.
        case "source", ".": return !["activate", "conda.sh", ".bashrc", ".profile", ".env", "venv"].contains { text.contains($0) }
        default: return false
        }
    }
}
