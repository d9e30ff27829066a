import DropIns
import FetchTypes

/// A call that fetches one link: read as the line of a tool's command which does the same, and written as `fetchctl.add(…)`.
struct PythonFetch {
    let call: PythonCall
    /// Of the whole cell.
    let tokens: [PythonToken]
    let bytes: [UInt8]

    // MARK: gdown

    func readGdown(isFolder: Bool, into reading: inout Reading) throws(SkipReason) {
        var arguments = try Arguments(call, bytes, order: isFolder ? ["url", "id", "output", "quiet"] : ["url", "output", "quiet"])
        var words: [String] = isFolder ? ["--folder"] : []
        if let id = arguments.take("id") {
            words.append(id)
        } else if let url = arguments.take("url") {
            words.append(Variables.asLink(url))
        }
        if let output = arguments.take("output") { words += ["-O", output] }
        if try arguments.takeFlag("quiet") == true { words.append("-q") }
        if try arguments.takeFlag("resume") == true { words.append("--continue") }
        if try arguments.takeFlag("verify") == false { words.append("--no-check-certificate") }
        if let speed = arguments.take("speed") {
            guard let rate = Double(speed), let bytes = ByteCount(exactly: rate.rounded(.towardZero))?.bytes else {
                throw SkipReason("its speed is not a number")
            }
            words += ["--speed", "\(bytes)B"]
        }
        arguments.drop(["use_cookies", "fuzzy", "log_messages", "remaining_ok"])
        try arguments.end()
        try finish(ToolCall(.gdown, words, arguments.variables, origin: .call), hasOnePath: !isFolder, &reading)
    }

    // MARK: plain downloads

    /// `urlretrieve(url, path)` and the like, which replace the file and raise.
    /// - Parameter order: the names of its arguments, in their places.
    func readPlain(_ order: [String], into reading: inout Reading) throws(SkipReason) {
        var arguments = try Arguments(call, bytes, order: order)
        guard let url = arguments.take(order[0]) else { throw SkipReason("it names no link") }
        guard let path = arguments.take(order[1]) else { throw SkipReason("it keeps the file under a name of its own") }
        arguments.drop(["progress"])
        try arguments.end()
        let line = ToolCall(.wget, ["-O", path, Variables.asLink(url)], arguments.variables)
        try finish(line, hasOnePath: false, &reading)
    }

    // MARK: what it becomes

    private func finish(_ line: ToolCall, hasOnePath: Bool, _ reading: inout Reading) throws(SkipReason) {
        reading.note(line.downloads, call.range, in: bytes)
        guard case .add(let words) = line.equivalence() else { throw SkipReason(line.reason) }
        let statement = PythonStatement(call: call, tokens: tokens)
        let isUsed = !statement.isBehindColon && !statement.isWhole
        guard !isUsed || hasOnePath else { throw SkipReason("its result is used") }
        let text = try pythonCall(words, line.variables) + (isUsed ? ".paths[0]" : "")
        try PythonHandlers(tokens: tokens, bytes: bytes).refuse(call)
        if let edit = try PythonImport(call: call, tokens: tokens, bytes: bytes).edit(&reading) { reading.edits.append(edit) }
        reading.replace(call.range, with: text, in: bytes)
        for remark in line.remarks { reading.leave(call.range, remark, in: bytes, kind: .remark) }
    }

    private static let names = ["-d": "dir", "-o": "out", "-x": "connections", "-j": "jobs"]

    /// `fetchctl.add(…)` of the Python package.
    private func pythonCall(_ words: [String], _ variables: Variables) throws(SkipReason) -> String {
        var references: [String] = []
        var options: [(name: String, values: [String])] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            func literal(_ text: String) throws(SkipReason) -> String {
                guard let literal = PythonString.literal(variables.pieces(text), quote: "\"") else {
                    throw SkipReason("its quotes cannot be written again")
                }
                return literal
            }
            guard word.hasPrefix("-") else {
                references.append(try literal(word))
                continue
            }
            if word == "-q" || word == "--force" {
                options.append((word == "-q" ? "progress" : "force", [word == "-q" ? "False" : "True"]))
                continue
            }
            let name = Self.names[word] ?? String(word.dropFirst(2)).replacing("-", with: "_")
            guard name != "header", let value = rest.popFirst() else { throw SkipReason("it has headers") }
            let text = try literal(value)
            if let index = options.firstIndex(where: { $0.name == name }) {
                options[index].values.append(text)
            } else {
                options.append((name, [text]))
            }
        }
        let named = options.map { name, values in
            "\(name)=" + (values.count > 1 || name == "include" || name == "exclude" ? "[\(values.joined(separator: ", "))]" : values[0])
        }
        return "fetchctl.add(" + (references + named).joined(separator: ", ") + ")"
    }
}
