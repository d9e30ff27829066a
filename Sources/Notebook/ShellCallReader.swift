import DropIns

/// Follows a command into the functions and aliases of the text, and notes what it fetches.
struct ShellCallReader {
    let reader: ShellReader
    /// The line that is noted, in bytes.
    let range: Range<Int>
    /// Commands that are still followed.
    private var left = 200
    private var isComplete = true

    init(reader: ShellReader, range: Range<Int>) {
        self.reader = reader
        self.range = range
    }

    /// Functions that call each other, at most.
    private static let deepest = 8

    mutating func read(_ command: ShellCommand, _ scope: ShellScope, depth: Int = 0, into reading: inout Reading) {
        guard left > 0, depth <= Self.deepest else {
            if isComplete { refuse("its functions call each other too often", &reading) }
            isComplete = false
            return
        }
        left -= 1
        let offset = command.range.lowerBound
        guard !command.skipsFunctions, let name = command.words.first?.literal else { return readTool(command, scope, into: &reading) }
        // A name in quotes or behind a backslash is no alias.
        if command.words.first?.source == name, let alias = scope.definitions.alias(name, at: offset), depth == 0 {
            guard let meant = readAlias(name, alias, command, &reading) else { return }
            return readTool(meant, scope, into: &reading)
        }
        if let function = scope.function(name, at: offset) {
            return read(function, name, command, scope, depth, &reading)
        }
        readTool(command, scope, into: &reading)
    }

    private func refuse(_ why: String, _ reading: inout Reading) { reading.note(nil, range, in: reader.bytes, why: why) }

    // MARK: functions

    private mutating func read(
        _ function: ShellFunction, _ name: String, _ command: ShellCommand, _ scope: ShellScope, _ depth: Int, _ reading: inout Reading
    ) {
        reading.calledTokens += function.tokens.count
        guard reading.calledTokens <= Reading.mostCalledTokens else { return refuse("the text has too many calls of functions", &reading) }
        let offset = command.range.lowerBound
        var arguments: [String?]? = []
        for word in command.words.dropFirst() {
            if let texts = word.words(by: scope) {
                arguments?.append(contentsOf: texts)
            } else if word.mayBeSeveral || word.isBareVariable != nil {
                arguments = nil
            } else {
                arguments?.append(nil)
            }
        }
        let outside = ShellScope.Outside(
            value: { scope.valueForCall($0, at: offset) },
            // A function that calls its own name does not come to an end.
            function: { $0 == name ? nil : scope.function($0, at: offset) }, arguments: arguments)
        let (tokens, inner) = ShellBranches.followed(Array(function.tokens)) { tokens in
            scope.inner(of: tokens, knowsVariables: reader.knowsVariables, start: scope.folders.folder(at: offset), outside: outside)
        }
        let first = reading.fetched.count
        var loops = ShellLoops(tokens, reader: reader)
        for called in ShellCommand.all(tokens, in: reader.bytes, to: function.end)
        where !called.isDefinition && inner.body(at: called.range.lowerBound) == nil && !inner.isOver(at: called.range.lowerBound) {
            loops.note(called, inner, into: &reading) { read($0, $1, depth: depth + 1, into: &$2) }
        }
        guard !function.isCertain, reading.fetched.count > first else { return }
        reading.fetched.removeSubrange(first...)
        refuse("whether \(name) is this function is known when it runs", &reading)
    }

    // MARK: aliases

    /// The command that is meant; nil where that is not certain, which is noted.
    private func readAlias(
        _ name: String, _ alias: (text: String?, isEnabled: Bool), _ command: ShellCommand, _ reading: inout Reading
    ) -> ShellCommand? {
        let isTool = DropInTool(rawValue: name) != nil
        let holdsTool = alias.text.map { $0.split { " \t;|&()".contains($0) }.contains { DropInTool(rawValue: String($0)) != nil } } ?? true
        guard isTool || holdsTool else { return nil }
        guard reader.expandsAliases == true || alias.isEnabled else {
            // The script's shell does not look at it, and a command of that name is the tool itself.
            if reader.expandsAliases == false, isTool { return command }
            refuse("\(name) is an alias, which some shells leave alone in a script", &reading)
            return nil
        }
        let bytes = Array((alias.text ?? "").utf8)
        var lexer = ShellLexer(bytes, 0..<bytes.count, .shell)
        var words: [ShellWord] = []
        for token in lexer.tokens() ?? [] {
            guard case .word(var word) = token else {
                words = []
                break
            }
            word.range = command.range
            words.append(word)
        }
        guard !words.isEmpty else {
            refuse("what the alias \(name) stands for is not certain", &reading)
            return nil
        }
        var meant = command
        meant.words = words + command.words.dropFirst()
        return meant
    }

    // MARK: tools

    /// Notes what a tool's line fetches, and that a line starts a tool in a way that is not followed.
    func readTool(_ command: ShellCommand, _ scope: ShellScope, into reading: inout Reading) {
        let names = command.words.prefix(3).map { $0.literal ?? "" }
        let offset = command.range.lowerBound
        let folder = scope.folders.folder(at: offset)
        if let tool = command.program.flatMap(DropInTool.init(rawValue:)) {
            note(tool, Array(command.words.dropFirst()), command, scope, folder, &reading)
        } else if ["python", "python3"].contains(command.program ?? ""), names.dropFirst().starts(with: ["-m", "gdown"]) {
            note(.gdown, Array(command.words.dropFirst(3)), command, scope, folder, &reading)
        } else if command.program == "git" {
            guard let clone = HubClone(words: command.words.dropFirst().map { $0.expanded(by: scope) ?? $0.source }) else { return }
            let isKnown = reader.arguments(command.words, scope) != nil
            let why = scope.mentions("GIT_LFS_SKIP_SMUDGE") ? "it leaves large files out (GIT_LFS_SKIP_SMUDGE)" : nil
            reading.note(isKnown && why == nil ? [clone.download] : nil, range, in: reader.bytes, folder: folder, why: why)
        } else if let program = command.program,
            let count = StarterLine(program: program, words: command.words.dropFirst().map(ShellReader.plain)).wordsBeforeTool
        {
            var started = command
            started.words = Array(command.words.dropFirst(count))
            readTool(started, scope, into: &reading)
        } else if let why = reader.startedElsewhere(command, reading.commands) {
            refuse(why, &reading)
        }
    }

    private func note(
        _ tool: DropInTool, _ words: [ShellWord], _ command: ShellCommand, _ scope: ShellScope, _ folder: ScriptFolder,
        _ reading: inout Reading
    ) {
        if let why = reader.incompleteness(command) { return refuse(why, &reading) }
        reading.note(reader.downloads(of: tool, words, scope), range, in: reader.bytes, folder: folder)
    }
}
