import DropIns
import FetchTypes

/// A call of `gdown` or `huggingface_hub`: read as the line of that tool's command which does the same.
struct PythonFetch {
    let call: PythonCall
    /// Of the whole cell.
    let tokens: [PythonToken]
    let bytes: [UInt8]

    // MARK: gdown

    func readGdown(isFolder: Bool, into reading: inout Reading) throws(Doubt) {
        var arguments = try Arguments(call, bytes, order: isFolder ? ["url", "id", "output", "quiet"] : ["url", "output", "quiet"])
        var words: [String] = isFolder ? ["--folder"] : []
        if let id = arguments.take("id") {
            words.append(id)
        } else if let url = arguments.take("url") {
            words.append(Variables.asLink(url))
        }
        let isOpen = arguments.isOpen("output")
        if let output = arguments.take("output") { words += ["-O", output] }
        if try arguments.takeFlag("quiet") == true { words.append("-q") }
        if try arguments.takeFlag("resume") == true { words.append("--continue") }
        if try arguments.takeFlag("verify") == false { words.append("--no-check-certificate") }
        if let speed = arguments.take("speed") {
            guard let rate = Double(speed), let bytes = ByteCount(exactly: rate.rounded(.towardZero))?.bytes else {
                throw Doubt("its speed is not a number")
            }
            words += ["--speed", "\(bytes)B"]
        }
        arguments.drop(["use_cookies", "fuzzy", "log_messages", "remaining_ok"])
        try arguments.end()
        try finish(ToolCall(.gdown, words, arguments.variables), hasOnePath: !isFolder, mayHaveNone: isOpen, &reading)
    }

    // MARK: huggingface_hub

    func readHub(isSnapshot: Bool, into reading: inout Reading) throws(Doubt) {
        var arguments = try Arguments(call, bytes, order: isSnapshot ? ["repo_id"] : ["repo_id", "filename"])
        guard let repo = arguments.take("repo_id") else { throw Doubt("it names no repo") }
        var words = ["download", repo]
        if !isSnapshot {
            guard let file = arguments.take("filename") else { throw Doubt("it names no file") }
            if arguments.isOpen("subfolder") { throw Doubt("subfolder= may be None") }
            words.append((arguments.take("subfolder").map { $0 + "/" } ?? "") + file)
        }
        // Without it the files belong into the cache, which is another layout.
        if let value = call.named("local_dir"), arguments.isOpen("local_dir"), mayBeNone(value) { throw Doubt("local_dir= may be None") }
        let mayHaveNone = ["revision", "local_dir", "cache_dir"].contains { arguments.isOpen($0) }
        var added: [String] = []
        if !arguments.isOpen("revision") {
            if let revision = arguments.take("revision") { words += ["--revision", revision] }
        } else if isSnapshot || repo.contains("/") {
            // Not into the reference: as an option it may be None.
            if let revision = arguments.take("revision") { added = ["--revision", revision] }
        } else if let revision = arguments.take("revision", orElse: "'main'") {
            // What may be a repo of one word is told from an owner by the revision behind it.
            words += ["--revision", revision]
        }
        for (name, option) in [
            ("repo_type", "--repo-type"), ("local_dir", "--local-dir"), ("cache_dir", "--cache-dir"), ("max_workers", "--max-workers"),
        ] {
            if let value = arguments.take(name) { words += [option, value] }
        }
        for (name, option) in [("allow_patterns", "--include"), ("ignore_patterns", "--exclude")] {
            for pattern in try arguments.takeList(name) { words += [option, pattern] }
        }
        if try arguments.takeFlag("force_download") == true { words.append("--force-download") }
        try arguments.dropKnownToken()
        arguments.drop([
            "resume_download", "local_dir_use_symlinks", "etag_timeout", "library_name", "library_version", "user_agent", "tqdm_class",
        ])
        try arguments.end()
        let line = ToolCall(.hf, words, arguments.variables)
        try finish(line, with: added, hasOnePath: !isSnapshot, mayHaveNone: mayHaveNone, &reading)
    }

    /// Whether the cell says so: `def get(dir=None)`, `dir: str = None`, `os.environ.get("DIR")`.
    private func mayBeNone(_ value: ArraySlice<PythonToken>) -> Bool {
        if value.contains(where: { $0.name == "None" }) { return true }
        if value.contains(where: { $0.name == "get" || $0.name == "getenv" }) { return !value.contains { $0.isMark(",") } }
        guard value.count == 1, let name = value.first?.name else { return false }
        return tokens.indices.contains { index in
            guard tokens[index].name == name else { return false }
            let behind = tokens[(index + 1)...].prefix { $0.kind != .newline && !$0.isMark(",") && !$0.isMark(")") }
            guard let equals = behind.firstIndex(where: { $0.isMark("=") }) else { return false }
            return (equals == index + 1 || behind.first?.isMark(":") == true) && behind.last?.name == "None"
        }
    }

    // MARK: what it becomes

    /// - Parameters:
    ///   - added: words that go behind those of the line.
    ///   - mayHaveNone: whether an option's value may be None, which only Python's form takes for "not given".
    private func finish(
        _ line: ToolCall, with added: [String] = [], hasOnePath: Bool, mayHaveNone: Bool, _ reading: inout Reading
    ) throws(Doubt) {
        var line = line
        let words = try line.words() + added
        let statement = PythonStatement(call: call, tokens: tokens)
        // Within a block it may be expected to raise, and a function's own names are not a shell line's.
        let isTop = call.range.lowerBound == 0 || bytes[call.range.lowerBound - 1] == UInt8(ascii: "\n")
        if statement.isWhole, isTop, !mayHaveNone {
            reading.replace(call.range, with: try shellLine(words, line.variables), in: bytes)
        } else {
            let isUsed = !statement.isBehindColon && !statement.isWhole
            guard !isUsed || hasOnePath else { throw Doubt("its result, a folder's path, is used") }
            let text = try pythonCall(words, line.variables) + (isUsed ? ".paths[0]" : "")
            if !reading.hasImport {
                guard let start = statement.start, !statement.isClause else { throw Doubt("there is no line for an import before it") }
                let lineStart = bytes[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
                let indent = String(decoding: bytes[lineStart..<start], as: UTF8.self)
                reading.edits.append(TextEdit(range: start..<start, text: "import fetchctl\n" + indent))
                reading.hasImport = indent.isEmpty
            }
            reading.replace(call.range, with: text, in: bytes)
        }
        for remark in line.remarks { reading.leave(call.range, remark, in: bytes, kind: .remark) }
    }

    /// `!fetchctl add …`, Python's values in braces.
    private func shellLine(_ words: [String], _ variables: Variables) throws(Doubt) -> String {
        var out = ["!fetchctl", "add"]
        for word in words {
            var pieces: [Variables.Piece] = []
            for piece in variables.pieces(word) {
                guard case .variable(let marked) = piece else {
                    pieces.append(piece)
                    continue
                }
                let source = marked.filter { $0 != "\u{1}" }
                let isSimple = source.allSatisfy { $0.isLetter || $0.isNumber || "._[]".contains($0) }
                guard isSimple else { throw Doubt("\(source) is too much for a shell line") }
                pieces.append(.variable("'{" + source + "}'"))
            }
            guard let text = ShellQuoting.word(pieces, inNotebook: true) else { throw Doubt("its quotes cannot be written anew") }
            out.append(text)
        }
        return out.joined(separator: " ")
    }

    private static let names = ["-d": "dir", "-o": "out", "-x": "connections", "-j": "jobs"]

    /// `fetchctl.add(…)` of the Python package.
    private func pythonCall(_ words: [String], _ variables: Variables) throws(Doubt) -> String {
        var references: [String] = []
        var options: [(name: String, values: [String])] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            func literal(_ text: String) throws(Doubt) -> String {
                guard let literal = PythonString.literal(variables.pieces(text), quote: "\"") else {
                    throw Doubt("its quotes cannot be written anew")
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
            guard name != "header", let value = rest.popFirst() else { throw Doubt("it has headers") }
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
