import DropIns

/// A process that Python starts: `subprocess.run([…])`, `os.system("…")`. Only its words change.
struct PythonProcess {
    let call: PythonCall
    let bytes: [UInt8]
    /// The call's last name.
    let name: String

    func read(into reading: inout Reading) throws(Doubt) {
        guard let command = call.positional.first ?? call.named("args"), let first = command.first, let last = command.last else { return }
        if first.isMark("["), last.isMark("]") {
            try readList(command, &reading)
        } else if first.kind == .string {
            try readText(command, &reading)
        }
    }

    private func refuseUsedOutput() throws(Doubt) {
        let isRead = ["stdout", "stderr"].contains { name in
            guard let value = call.named(name) else { return false }
            return !value.contains { ["DEVNULL", "STDOUT", "None"].contains($0.name) }
        }
        if isRead || call.named("capture_output") != nil || ["check_output", "getoutput"].contains(name) {
            throw Doubt("its output is read")
        }
        if call.named("executable") != nil { throw Doubt("it names another program to run") }
    }

    private var hasShell: Bool { name == "system" || name == "getoutput" || call.named("shell")?.first?.name == "True" }

    // MARK: a list of words

    private func readList(_ command: ArraySlice<PythonToken>, _ reading: inout Reading) throws(Doubt) {
        let inner = command.dropFirst().dropLast()
        let elements = Self.elements(inner)
        guard let word = elements.first, let path = PythonValue(word, in: bytes)?.literal else { return }
        let program = String(path.split(separator: "/").last ?? "")
        guard let tool = DropInTool(rawValue: program) else {
            let words = elements.dropFirst().map { PythonValue($0, in: bytes)?.plain ?? "_" }
            if ShellReader.startsTool(program, words) { throw Doubt("\(program) starts the tool here") }
            return
        }
        guard !elements.contains(where: { $0.first?.isMark("*") == true || $0.contains { $0.name == "for" } }) else {
            throw Doubt("not all of its words are listed")
        }
        try refuseUsedOutput()
        if hasShell { throw Doubt("a list is given to a shell") }
        var variables = Variables()
        var values: [PythonValue] = []
        var arguments: [String] = []
        for element in elements.dropFirst() {
            guard let value = PythonValue(element, in: bytes) else { throw Doubt("one of its strings cannot be read") }
            values.append(value)
            arguments.append(value.text(&variables))
        }
        var line = ToolCall(tool, arguments, variables)
        try line.refuseLooseOperands()
        let words = try line.words()
        let quote: Character = bytes[word.first?.range.lowerBound ?? 0] == UInt8(ascii: "'") ? "'" : "\""
        let originals = zip(arguments, values).map { (pieces: variables.pieces($0), source: $1.source) }
        var items = ["\(quote)fetchctl\(quote)", "\(quote)add\(quote)"]
        for word in words {
            let pieces = variables.pieces(word)
            guard let item = originals.first(where: { $0.pieces == pieces })?.source ?? PythonString.literal(pieces, quote: quote) else {
                throw Doubt("its quotes cannot be written anew")
            }
            items.append(item)
        }
        guard let start = inner.first?.range.lowerBound, let end = elements.last?.last?.range.upperBound else { return }
        reading.replace(start..<end, with: items.joined(separator: ", "), in: bytes)
        for remark in line.remarks { reading.leave(start..<end, remark, in: bytes, kind: .remark) }
    }

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

    // MARK: a shell's text

    private func readText(_ command: ArraySlice<PythonToken>, _ reading: inout Reading) throws(Doubt) {
        guard let token = command.first, let string = PythonString(bytes[token.range]) else { return }
        let start = token.range.lowerBound + string.prefix.utf8.count + string.quote.utf8.count
        let inner = start..<token.range.upperBound - string.quote.utf8.count
        let dialect: ShellLexer.Dialect = string.isFormatted ? .formatted : .shell
        var lines = Reading()
        ShellReader(bytes: bytes, dialect: dialect, avoiding: string.quote.first).read(inner, into: &lines)
        guard lines.seen.contains(where: { $0.finding.kind != .remark }) else {
            reading.add(lines)
            return
        }
        guard command.count == 1 else { throw Doubt("its words are put together from several parts") }
        guard hasShell else { throw Doubt("no shell reads it") }
        guard string.isRaw || !string.inner.contains("\\") else { throw Doubt("its string has escapes") }
        try refuseUsedOutput()
        let breaks = lines.edits.contains { $0.text.contains(string.quote) || $0.text.contains("\\") || $0.text.contains("\n") }
        if breaks { throw Doubt("its quotes cannot be written anew") }
        reading.add(lines)
    }
}
