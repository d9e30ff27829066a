import DropIns

/// Finds the lines of download tools in a shell's text, and what they become.
struct ShellReader {
    let bytes: [UInt8]
    let dialect: ShellLexer.Dialect
    /// A quote that must not appear in what is written, because the text stands in such quotes.
    var avoiding: Character?

    /// - Parameter range: the text, in a notebook's cell or in a Python string.
    func read(_ range: Range<Int>, into reading: inout Reading) {
        var lexer = ShellLexer(bytes, range, dialect)
        guard let tokens = lexer.tokens() else {
            let text = String(decoding: bytes[range], as: UTF8.self)
            if Self.mentionsTool(text) { reading.leave(range, "its quotes or brackets are not closed", in: bytes) }
            return
        }
        for command in ShellCommand.all(tokens, in: bytes) { read(command, &reading) }
    }

    private static func mentionsTool(_ text: String) -> Bool {
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return words.contains { word in DropInTool(rawValue: String(word)) != nil && word != "hf" }
    }

    private func read(_ command: ShellCommand, _ reading: inout Reading) {
        let names = command.words.map { $0.literal ?? "" }
        if let tool = command.program.flatMap(DropInTool.init(rawValue:)) {
            read(command, tool, Array(command.words.dropFirst()), &reading)
        } else if ["python", "python3"].contains(command.program ?? ""), names.dropFirst().starts(with: ["-m", "gdown"]) {
            read(command, .gdown, Array(command.words.dropFirst(3)), &reading)
        } else if command.program == "sudo", let tool = names.dropFirst().lazy.compactMap(DropInTool.init(rawValue:)).first {
            reading.leave(command.range, "\(tool.rawValue) is run as root here", in: bytes)
        } else if Self.installsAria2(names) {
            reading.leave(
                command.range, "fetchctl works without aria2, and uses it where it is: this line may stay or go", in: bytes, kind: .remark)
        } else if let inner = command.words.first(where: { Self.holdsTool($0) }) {
            reading.leave(inner.range, "a tool's output is used as a word here", in: bytes)
        } else if let program = command.program, Self.startsTool(program, command.words.dropFirst().map(Self.plain)) {
            reading.leave(command.range, "\(program) starts the tool here", in: bytes)
        }
    }

    /// Programs that start another one, each with words of its own before that one's.
    private static let starters: Set<String> = [
        "chronic", "env", "eval", "exec", "ionice", "nice", "parallel", "setsid", "stdbuf", "sudo", "taskset", "timeout", "unbuffer",
        "xargs",
    ]
    private static let shells: Set<String> = ["bash", "dash", "sh", "zsh"]

    /// Whether a program that is no tool starts one: `timeout 60 wget …`, `sh -c "wget …"`.
    /// - Parameter words: behind the program's name.
    static func startsTool(_ program: String, _ words: [String]) -> Bool {
        let isShell = shells.contains(program) && words.contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.hasSuffix("c") }
        guard isShell || starters.contains(program) else { return false }
        let parts = words.flatMap { $0.split { " \t\n;&|()'\"".contains($0) } }
        let names = parts.map { part in part.contains("=") || part.contains("://") ? "" : String(part.split(separator: "/").last ?? "") }
        return names.indices.contains { index in
            guard let tool = DropInTool(rawValue: names[index]) else { return false }
            // Two letters may be anything.
            return tool != .hf || names.dropFirst(index + 1).first == "download"
        }
    }

    /// The word's own text, with something in the place of what is put in.
    private static func plain(_ word: ShellWord) -> String {
        word.parts.map { part in
            switch part {
            case .text(let text, _): text
            case .variable: "_"
            }
        }.joined()
    }

    private static func installsAria2(_ names: [String]) -> Bool {
        let words = names.first == "sudo" ? names.dropFirst() : names[...]
        guard let first = words.first, ["apt", "apt-get", "aptitude", "conda", "mamba", "dnf", "yum", "apk"].contains(first) else {
            return false
        }
        return words.contains { $0 == "install" || $0 == "add" } && words.contains("aria2")
    }

    /// `$(wget …)`.
    private static func holdsTool(_ word: ShellWord) -> Bool {
        word.parts.contains { part in
            guard case .variable(let source, _) = part, source.hasPrefix("$(") || source.hasPrefix("`") else { return false }
            let first = source.drop { "$(` ".contains($0) }.prefix { $0 != " " }
            return DropInTool(rawValue: String(first)) != nil
        }
    }

    private func read(_ command: ShellCommand, _ tool: DropInTool, _ words: [ShellWord], _ reading: inout Reading) {
        do throws(Doubt) {
            let (line, remarks) = try line(command, tool, words)
            reading.replace(command.range, with: line, in: bytes)
            for remark in remarks { reading.leave(command.range, remark, in: bytes, kind: .remark) }
        } catch {
            reading.leave(command.range, error.why, in: bytes)
        }
    }

    private func line(_ command: ShellCommand, _ tool: DropInTool, _ words: [ShellWord]) throws(Doubt) -> (String, [String]) {
        if let word = words.first(where: \.mayBeSeveral) { throw Doubt("\(word.source) may be several words") }
        var variables = Variables()
        let arguments = words.map { $0.text(&variables) }
        var call = ToolCall(tool, arguments, variables)
        let added = try call.words()
        if command.isPiped { throw Doubt("another command reads its output, or is read by it") }
        if command.behind == "&", command.isFollowedClosely {
            throw Doubt("an & without quotes ends the link here: put the link into quotes")
        }
        try refuseLooseWords(words, call)
        let originals = zip(words, arguments).map { (pieces: variables.pieces($1), source: $0.source) }
        var out = ["fetchctl", "add"]
        for word in added { out.append(try rendered(word, originals, variables)) }
        for (source, range) in command.redirections where range.lowerBound < command.range.upperBound { out.append(source) }
        return (out.joined(separator: " "), call.remarks)
    }

    /// A variable without quotes may hold options, or several links, unless its place or its name says otherwise.
    private func refuseLooseWords(_ words: [ShellWord], _ call: ToolCall) throws(Doubt) {
        for word in words {
            guard let source = word.isBareVariable, source != "~" else { continue }
            let name = source.lowercased()
            if ["arg", "opt", "flag", "param", "cmd"].contains(where: { name.contains($0) }) {
                throw Doubt("\(source) may hold options")
            }
        }
        let operands = words.enumerated().filter { index, word in
            guard word.isBareVariable != nil else { return false }
            // Behind an option that takes a value it is that value.
            return index == 0 || !(words[index - 1].literal?.hasPrefix("-") ?? false)
        }
        let others = words.contains { $0.literal.map { $0.contains("://") } ?? $0.source.contains("://") }
        for (_, word) in operands {
            guard let source = word.isBareVariable, !ToolCall.isNameOfLink(source), call.tool != .hf, call.tool != .hubCLI else { continue }
            if operands.count > 1 || others { throw Doubt("\(source) may be anything") }
        }
    }

    /// As it was written, where it was a word of the line; else with quotes where they are needed.
    private func rendered(
        _ word: String, _ originals: [(pieces: [Variables.Piece], source: String)], _ variables: Variables
    ) throws(Doubt) -> String {
        let pieces = variables.pieces(word)
        if let same = originals.first(where: { $0.pieces == pieces }), !same.source.contains("\n"), !Self.isRisky(same.source) {
            return same.source
        }
        guard let text = ShellQuoting.word(pieces, inNotebook: dialect != .shell, avoiding: avoiding) else {
            throw Doubt("its quotes cannot be written anew")
        }
        return text
    }

    /// A pattern without quotes, which the shell may expand.
    private static func isRisky(_ source: String) -> Bool {
        source.contains { "*[".contains($0) } && !source.hasPrefix("\"") && !source.hasPrefix("'")
    }
}
