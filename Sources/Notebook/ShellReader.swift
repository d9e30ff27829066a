import DropIns

/// Finds the lines of download tools in a shell's text, and what they become.
struct ShellReader {
    let bytes: [UInt8]
    let dialect: ShellLexer.Dialect
    /// A quote that must not appear in what is written, because the text is in such quotes.
    var avoiding: Character?
    /// Whether text may follow that is not known here; then only the tools' names change.
    var isPart = false
    /// Whether text may precede it that is not known here: its first words are no command.
    var isTail = false
    /// Whether variables that the text assigns have the values that it gives them, when its lines run: not where another shell puts in
    /// what stands in it first.
    var knowsVariables = true
    /// Whether the shell that runs the text puts in its aliases; nil where that is not known.
    var expandsAliases: Bool?

    /// - Parameter range: the text, in a notebook's cell or in a Python string.
    func read(_ range: Range<Int>, into reading: inout Reading) {
        var lexer = ShellLexer(bytes, range, dialect)
        guard let tokens = lexer.tokens() else {
            let text = String(decoding: bytes[range], as: UTF8.self)
            if Self.mentionsTool(text) { reading.leave(range, "its quotes or brackets are not closed", in: bytes) }
            return
        }
        let isShells = knowsVariables && dialect == .shell && avoiding == nil && !isTail
        var scope = ShellScopeReader.scope(of: tokens, knowsVariables: isShells)
        // What puts in aliases without being asked is a plain sh, which leaves braces alone.
        scope.expandsBraces = expandsAliases != true
        var loops = ShellLoops(tokens, reader: self, isFollowed: isShells)
        let firstNoted = reading.noted.count
        var inBodies: [Range<Int>] = []
        let documents = Dictionary(lexer.documents.map { ($0.redirection, $0.text) }) { first, _ in first }
        for command in ShellCommand.all(tokens, in: bytes, to: range.upperBound)
        where !command.isDefinition && (!isTail || !command.before.isEmpty) {
            let first = reading.fetched.count
            defer { if scope.isOver(at: command.range.lowerBound) { reading.doubt("the script ends before it", from: first) } }
            if isReadElsewhere(command, scope) { inBodies.append(command.range) }
            loops.note(command, scope, into: &reading) { note($0, $1, &$2) }
            read(command, scope, &reading)
            // What a shell reads from a here-document is a shell's text as well.
            guard let program = command.program, ["bash", "sh", "dash", "zsh"].contains(program) else { continue }
            guard reading.depth < Reading.deepest else { continue }
            reading.depth += 1
            for redirection in command.redirections {
                guard let text = documents[redirection.range.lowerBound] else { continue }
                let first = reading.fetched.count
                ShellReader(bytes: bytes, dialect: dialect, knowsVariables: false).read(text, into: &reading)
                reading.enter(scope.folders.folder(at: command.range.lowerBound), from: first)
            }
            reading.depth -= 1
        }
        guard !isTail, !isPart else { return }
        let covered = reading.noted.dropFirst(firstNoted) + inBodies
        noteUnread(tokens, lexer.documents.map(\.text), covered: Array(covered), into: &reading)
    }

    /// Whether every quote and bracket in it is closed.
    func isClosed(_ range: Range<Int>) -> Bool {
        var lexer = ShellLexer(bytes, range, dialect)
        return lexer.tokens() != nil
    }

    private static func mentionsTool(_ text: String) -> Bool {
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return words.contains { word in DropInTool(rawValue: String(word)) != nil && word != "hf" }
    }

    private func read(_ command: ShellCommand, _ scope: ShellScope, _ reading: inout Reading) {
        let names = command.words.map { $0.literal ?? "" }
        if let tool = command.program.flatMap(DropInTool.init(rawValue:)) {
            if let why = redefinition(command, scope) { return reading.leave(command.range, why, in: bytes) }
            read(command, tool: tool, count: 1, scope: scope, reading: &reading)
        } else if ["python", "python3"].contains(command.program ?? ""), names.dropFirst().starts(with: ["-m", "gdown"]) {
            read(command, tool: .gdown, count: 3, scope: scope, reading: &reading)
        } else if Self.installsAria2(names) {
            reading.leave(
                command.range, "fetchctl works without aria2, and uses it where it is: this line may stay or go", in: bytes, kind: .remark)
        } else if let why = variableProgram(command, reading.commands) {
            reading.leave(command.range, why, in: bytes)
        } else if let inner = command.words.first(where: { Self.holdsTool($0) }) {
            reading.leave(inner.range, "a tool's output is used as a word here", in: bytes)
        } else if let program = command.program,
            let why = StarterLine(program: program, words: command.words.dropFirst().map(Self.plain)).why
        {
            reading.leave(command.range, why, in: bytes)
        }
    }

    private static func installsAria2(_ names: [String]) -> Bool {
        let words = names.first == "sudo" ? names.dropFirst() : names[...]
        guard let first = words.first, ["apt", "apt-get", "aptitude", "conda", "mamba", "dnf", "yum", "apk"].contains(first) else {
            return false
        }
        return words.contains { $0 == "install" || $0 == "add" } && words.contains("aria2")
    }

    /// Why a line is not what was meant, a clause; nil where it is.
    func incompleteness(_ command: ShellCommand) -> String? {
        if command.behind == "&", command.isFollowedClosely {
            return "an & without quotes ends the link here: put the link into quotes"
        }
        return Self.placeholder(in: command, bytes).map { "\($0) is still to be filled in" }
    }

    /// `<your link>`, which a shell takes for two redirections where it has no quotes.
    private static func placeholder(in command: ShellCommand, _ bytes: [UInt8]) -> String? {
        var end = max(command.range.upperBound, command.redirections.last?.range.upperBound ?? 0)
        // Of the last one, what closes it leads to nothing.
        if end < bytes.count, bytes[end] == UInt8(ascii: ">") { end += 1 }
        let text = String(decoding: bytes[command.range.lowerBound..<end], as: UTF8.self)
        for part in text.split(separator: "<").dropFirst() where part.first?.isLetter == true {
            let name = part.prefix { $0.isLetter || $0.isNumber || " _-.".contains($0) }
            if part[name.endIndex...].first == ">", name.last != " " { return "<\(name)>" }
        }
        return nil
    }
}
