import DropIns

extension ShellReader {
    /// Notes what a command fetches and where, for a list: as it is, through an alias or through a function of the text.
    func note(_ command: ShellCommand, _ scope: ShellScope, _ reading: inout Reading) {
        let offset = command.range.lowerBound
        if let name = scope.body(at: offset) {
            // The calls of the function say what it fetches.
            guard !scope.definitions.isCalled(name), fetches(command, scope) else { return }
            return reading.note(nil, command.range, in: bytes, why: "it is in the function \(name), which nothing here calls by its name")
        }
        var calls = ShellCallReader(reader: self, range: command.range)
        calls.read(command, scope, into: &reading)
    }

    /// Whether something else says what the command fetches: the calls of the function whose body it is in, or a function of the script
    /// that has a tool's name for certain.
    func isReadElsewhere(_ command: ShellCommand, _ scope: ShellScope) -> Bool {
        let offset = command.range.lowerBound
        if !command.skipsFunctions, let name = command.words.first?.literal, DropInTool(rawValue: name) != nil,
            scope.function(name, at: offset)?.isCertain == true
        {
            return true
        }
        guard let name = scope.body(at: offset), scope.definitions.isCalled(name) else { return false }
        return fetches(command, scope)
    }

    /// Whether a list would have something of the command.
    private func fetches(_ command: ShellCommand, _ scope: ShellScope) -> Bool {
        var reading = Reading()
        let calls = ShellCallReader(reader: self, range: command.range)
        calls.readTool(command, scope, into: &reading)
        return !reading.fetched.isEmpty
    }

    /// What a line fetches whose variables have certain values.
    func downloads(of tool: DropInTool, _ words: [ShellWord], _ scope: ShellScope) -> [DropInDownload]? {
        guard let arguments = arguments(words, scope) else { return nil }
        return ToolCall(tool, arguments, Variables(), isPart: isPart).downloads
    }

    /// The words with the values of their variables; nil where one is not certain.
    func arguments(_ words: [ShellWord], _ scope: ShellScope) -> [String]? {
        var arguments: [String] = []
        for (index, word) in words.enumerated() {
            if word.isPattern(behind: index > 0 ? words[index - 1].literal : nil) { return nil }
            guard let texts = word.words(by: scope) else { return nil }
            arguments += texts
        }
        // Where another shell has read the text before, `\$P` has become a variable.
        return !knowsVariables && arguments.contains { $0.contains { "$`".contains($0) } } ? nil : arguments
    }

    /// Why a tool's name means something else here, a clause; nil where it does not.
    func redefinition(_ command: ShellCommand, _ scope: ShellScope) -> String? {
        guard !command.skipsFunctions, let name = command.words.first?.literal else { return nil }
        let offset = command.range.lowerBound
        if scope.body(at: offset) != name, scope.function(name, at: offset) != nil { return "\(name) is a function of this script" }
        guard command.words.first?.source == name else { return nil }
        return expandsAliases != false && scope.definitions.alias(name, at: offset) != nil ? "\(name) is an alias of this script" : nil
    }
}
