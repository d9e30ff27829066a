import DropIns

extension ShellReader {
    /// Changes a tool's line, or says why it stays.
    /// - Parameter count: how many words name the tool.
    func read(_ command: ShellCommand, tool: DropInTool, count: Int, scope: ShellScope, reading: inout Reading) {
        if let why = incompleteness(command) { return reading.leave(command.range, why, in: bytes) }
        let words = Array(command.words.dropFirst(count))
        var variables = Variables()
        let arguments = words.map { $0.text(&variables) }
        let call = ToolCall(tool, arguments, variables, isPart: isPart)
        do throws(SkipReason) {
            let equivalence = call.equivalence()
            if command.isPiped, !equivalence.isLeft {
                return reading.leave(command.range, "another command reads its output, or is read by it", in: bytes)
            }
            switch equivalence {
            case .leave(let why): return reading.leave(command.range, why, in: bytes)
            case .add(let added):
                reading.replace(
                    command.range, with: try addLine(added, command: command, words: words, arguments: arguments, call: call), in: bytes)
            case .dropIn(let why): throw SkipReason(why)
            }
        } catch {
            let name = command.words[0].range.lowerBound..<command.words[count - 1].range.upperBound
            let edit = TextEdit(range: name, text: "fetchctl \(call.dropIn)")
            reading.change(command.range, by: [edit], in: bytes, note: error.why)
        }
        for remark in call.remarks { reading.leave(command.range, remark, in: bytes, kind: .remark) }
    }

    /// - Throws: ``SkipReason`` where its words may turn out to be others than they look.
    private func addLine(
        _ added: [String], command: ShellCommand, words: [ShellWord], arguments: [String], call: ToolCall
    ) throws(SkipReason) -> String {
        if let word = words.first(where: \.mayBeSeveral) { throw SkipReason("\(word.source) may be several words") }
        let operands = words.indices.filter { index in
            // Behind an option that takes a value it is that value.
            words[index].isBareVariable.map { $0 != "~" } == true && (index == 0 || words[index - 1].literal?.hasPrefix("-") != true)
        }
        if let index = operands.first { throw SkipReason("\(words[index].source) may be anything") }
        let originals = zip(words, arguments).map { (pieces: call.variables.pieces($1), source: $0.source) }
        var out = ["fetchctl", "add"]
        for word in added { out.append(try rendered(word, originals, call.variables)) }
        for (source, range) in command.redirections where range.lowerBound < command.range.upperBound { out.append(source) }
        return out.joined(separator: " ")
    }

    /// As it was written, where it was a word of the line; else with quotes where they are needed.
    private func rendered(
        _ word: String, _ originals: [(pieces: [Variables.Piece], source: String)], _ variables: Variables
    ) throws(SkipReason) -> String {
        let pieces = variables.pieces(word)
        if let same = originals.first(where: { $0.pieces == pieces }), !same.source.contains("\n"), !Self.isRisky(same.source) {
            return same.source
        }
        guard let text = ShellQuoting.word(pieces, inNotebook: dialect != .shell, avoiding: avoiding) else {
            throw SkipReason("its quotes cannot be written again")
        }
        return text
    }

    /// A pattern without quotes, which the shell may expand.
    private static func isRisky(_ source: String) -> Bool {
        source.contains { "*[".contains($0) } && !source.hasPrefix("\"") && !source.hasPrefix("'")
    }
}
