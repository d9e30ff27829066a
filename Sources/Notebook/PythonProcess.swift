import DropIns

/// A process that Python starts: `subprocess.run([…])`, `os.system("…")`. Only its words change.
struct PythonProcess {
    let call: PythonCall
    /// Of the whole cell.
    let tokens: [PythonToken]
    let bytes: [UInt8]
    /// The call's last name.
    let name: String

    func read(into reading: inout Reading) throws(SkipReason) {
        guard let command = call.positional.first ?? call.named("args") else { return }
        guard command.count == 1, let name = command.first?.name else { return try read(command, isPart: false, &reading) }
        let values = PythonCommands.assignments(tokens).filter { $0.name == name }
        if values.isEmpty, let why = reading.commands.why(name, orUnknown: false) { throw SkipReason(why) }
        let isPart = PythonCommands.isExtended(name, tokens)
        for value in values.map(\.value) {
            guard let start = value.first?.range.lowerBound, let end = value.last?.range.upperBound else { continue }
            // Another call may run it too.
            if reading.edits.contains(where: { (start..<end).overlaps($0.range) }) { continue }
            try read(value, isPart: isPart, &reading)
        }
    }

    private func read(_ command: ArraySlice<PythonToken>, isPart: Bool, _ reading: inout Reading) throws(SkipReason) {
        guard let first = command.first, let last = command.last else { return }
        if first.isMark("["), last.isMark("]") {
            let words = PythonWordList(command, bytes, isPart: isPart)
            guard words.startsTool else { return try words.refuseStarter() }
            try refuseUsedOutput()
            if hasShell { throw SkipReason("a list is given to a shell") }
            words.read(into: &reading)
        } else {
            let text = PythonShellText(command, bytes, isPart: isPart)
            guard text.holdsTool else { return text.addOthers(to: &reading) }
            try refuseUsedOutput()
            guard hasShell || text.isSplit else { throw SkipReason("no shell reads it") }
            text.read(into: &reading)
        }
    }

    private func refuseUsedOutput() throws(SkipReason) {
        let isRead = ["stdout", "stderr"].contains { name in
            guard let value = call.named(name) else { return false }
            return !value.contains { ["DEVNULL", "STDOUT", "None"].contains($0.name) }
        }
        if isRead || call.named("capture_output") != nil || ["check_output", "getoutput", "popen"].contains(name) {
            throw SkipReason("its output is read")
        }
        if call.named("executable") != nil { throw SkipReason("it names another program to run") }
    }

    private var hasShell: Bool { ["system", "getoutput", "popen"].contains(name) || call.named("shell")?.first?.name == "True" }

    /// The expressions between the commas; a last comma ends nothing.
    static func elements(_ tokens: ArraySlice<PythonToken>) -> [ArraySlice<PythonToken>] {
        var elements: [ArraySlice<PythonToken>] = []
        var depth = 0
        var start = tokens.startIndex
        for index in tokens.indices {
            guard case .mark(let mark) = tokens[index].kind else { continue }
            if ["(", "[", "{"].contains(mark) { depth += 1 }
            if [")", "]", "}"].contains(mark) { depth -= 1 }
            if mark == ",", depth == 0 {
                elements.append(tokens[start..<index])
                start = index + 1
            }
        }
        if start < tokens.endIndex { elements.append(tokens[start...]) }
        return elements
    }
}
