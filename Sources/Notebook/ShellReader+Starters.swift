import DropIns

extension ShellReader {
    /// Why a line starts a tool in a way that is not followed, a clause; nil where it starts none.
    func startedElsewhere(_ command: ShellCommand, _ commands: PythonCommands) -> String? {
        if let why = variableProgram(command, commands) { return why }
        return command.program.flatMap { StarterLine(program: $0, words: command.words.dropFirst().map(Self.plain)).why }
    }

    /// The word's own text, with something in the place of what is put in.
    static func plain(_ word: ShellWord) -> String {
        word.parts.map { part in
            switch part {
            case .text(let text, _): text
            case .variable: "_"
            }
        }.joined()
    }

    /// `!{cmd}`, `$WGET https://…`: why a line is named whose program is not known before it runs.
    func variableProgram(_ command: ShellCommand, _ commands: PythonCommands) -> String? {
        guard let word = command.words.first, case .variable(let source, _)? = word.parts.first, !source.hasPrefix("$("), source != "~"
        else {
            return nil
        }
        let name = source.lowercased()
        let isToolsName = ["wget", "curl", "aria2", "gdown"].contains { name.contains($0) }
        let others = command.words.dropFirst()
        let hasLink = others.contains { $0.source.contains("://") } && !others.contains { ["-m", "install", "clone"].contains($0.literal) }
        guard isToolsName || hasLink || others.isEmpty && dialect == .notebook else { return nil }
        return commands.why(source, orUnknown: true)
    }

    /// `$(wget …)`.
    static func holdsTool(_ word: ShellWord) -> Bool {
        word.parts.contains { part in
            guard case .variable(let source, _) = part, source.hasPrefix("$(") || source.hasPrefix("`") else { return false }
            let first = source.drop { "$(` ".contains($0) }.prefix { $0 != " " }
            return DropInTool(rawValue: String(first)) != nil
        }
    }
}
