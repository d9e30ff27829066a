import DropIns

/// Finds what a code cell downloads with other tools, and what it becomes: shell lines, and the common calls.
struct PythonReader {
    let bytes: [UInt8]

    private static let processes: Set<String> = [
        "run", "call", "check_call", "Popen", "check_output", "system", "getoutput", "popen",
    ]
    private static let ipython: Set<String> = ["system", "system_raw", "system_piped", "getoutput"]
    private static let gdown: Set<String> = ["download", "download_folder", "cached_download"]
    private static let hub: Set<String> = ["hf_hub_download", "snapshot_download"]
    private static let functions = processes.union(ipython).union(gdown).union(hub).union(PythonDownload.functions)
        .union(PythonDownload.clients)

    /// Calls times bytes of a cell at most: what a call becomes depends on the whole cell.
    private static let mostWork = 32 << 20

    func read(_ range: Range<Int>, into reading: inout Reading) {
        var lexer = PythonLexer(bytes, range)
        guard let tokens = lexer.all() else {
            // IPython may still understand it, but no part of it is certain.
            let text = String(decoding: bytes[range], as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.contains("!aria2c ") || $0.contains("!wget ") || $0.contains("!curl ") }
            if line != nil { reading.leave(range, "the cell cannot be read as Python", in: bytes) }
            return
        }
        reading.names.read(tokens)
        reading.commands.read(tokens, bytes)
        for (index, token) in tokens.enumerated() {
            switch token.kind {
            case .shell(let isUsed):
                var lines = Reading()
                lines.commands = reading.commands
                ShellReader(bytes: bytes, dialect: .notebook).read(token.range, into: &lines)
                if isUsed { reading.leave(lines, "its output is used", in: bytes) } else { reading.add(lines) }
            case .magic:
                let isUsed = index > 0 && tokens[index - 1].isMark("=")
                PythonMagic(bytes: bytes, range: token.range, isUsed: isUsed).read(into: &reading)
            default: break
            }
        }
        let names = Self.functions.union(reading.names.aliases(of: Self.functions))
        let calls = PythonCall.all(tokens, names: names)
        guard calls.count * range.count <= Self.mostWork else { return reading.leave(range, "the cell is too long to be read", in: bytes) }
        for call in calls { read(call, tokens, &reading) }
        PythonStrings(tokens: tokens, bytes: bytes).read(into: &reading)
    }

    /// `get_ipython().system("wget …")`.
    /// - Returns: whether the call is IPython's.
    private func readIPython(_ call: PythonCall, _ tokens: [PythonToken], _ reading: inout Reading) -> Bool {
        let owner = tokens[..<call.tokens.lowerBound].suffix(4)
        let isIPython = owner.first?.name == "get_ipython" && zip(owner.dropFirst(), ["(", ")", "."]).allSatisfy { $0.isMark($1) }
        guard isIPython, let start = owner.first?.range.lowerBound else { return false }
        guard let token = call.positional.first?.first, token.kind == .string, let string = PythonString(bytes[token.range]) else {
            return true
        }
        let inner = token.range.lowerBound + string.prefix.utf8.count + string.quote.utf8.count
        var lines = Reading()
        ShellReader(bytes: bytes, dialect: string.isFormatted ? .formatted : .notebook)
            .read(inner..<token.range.upperBound - string.quote.utf8.count, into: &lines)
        if let found = lines.seen.first(where: { $0.finding.kind != .remark })?.finding {
            let reason = found.kind == .left ? found.note : nil
            reading.leave(start..<call.range.upperBound, reason ?? "IPython's own function runs it here", in: bytes)
        }
        return true
    }

    private func read(_ call: PythonCall, _ tokens: [PythonToken], _ reading: inout Reading) {
        let name = reading.names.resolved(call.name)
        let last = name.split(separator: ".").last.map(String.init) ?? ""
        let owner = name.dropLast(last.count)
        if Self.ipython.contains(last), readIPython(call, tokens, &reading) { return }
        do throws(SkipReason) {
            if Self.processes.contains(last) {
                guard ["", "subprocess.", "sp.", "os.", "asyncio."].contains(owner) else { return }
                let first = reading.fetched.count
                defer { enter(call, from: first, &reading) }
                try PythonProcess(call: call, tokens: tokens, bytes: bytes, name: last).read(into: &reading)
            } else if Self.hub.contains(last) {
                guard owner.isEmpty || owner.hasPrefix("huggingface_hub.") else {
                    throw SkipReason(
                        owner.hasPrefix("modelscope.") ? "it asks ModelScope" : "it is called on an object, which may say more")
                }
                try refuseBroken(call, tokens)
                try PythonHub(call: call, tokens: tokens, bytes: bytes, isSnapshot: last == "snapshot_download").read(into: &reading)
            } else if owner == "gdown.", Self.gdown.contains(last) {
                guard last != "cached_download" else { throw SkipReason("gdown.cached_download compares with a hash of its own") }
                try refuseBroken(call, tokens)
                try PythonFetch(call: call, tokens: tokens, bytes: bytes).readGdown(isFolder: last == "download_folder", into: &reading)
            } else {
                try readOther(call, name: name, tokens: tokens, reading: &reading)
            }
        } catch {
            reading.leave(call.range, error.why, in: bytes)
        }
    }

    /// A process starts in the folder of `cwd=`.
    private func enter(_ call: PythonCall, from first: Int, _ reading: inout Reading) {
        guard let folder = call.named("cwd"), folder.count > 1 || folder.first?.name != "None" else { return }
        let path = PythonValue(folder, in: bytes)?.literal
        reading.enter(path.map(ScriptFolder.start.entering) ?? .unknown("its cwd= is not known before it runs"), from: first)
    }

    private func readOther(_ call: PythonCall, name: String, tokens: [PythonToken], reading: inout Reading) throws(SkipReason) {
        switch PythonDownload(name) {
        case .plain(let order):
            try refuseBroken(call, tokens)
            try PythonFetch(call: call, tokens: tokens, bytes: bytes).readPlain(order, into: &reading)
        case .other(let why): throw SkipReason(why)
        case nil:
            if let why = PythonDownload.streamed(call, name: name, tokens: tokens, bytes: bytes) { throw SkipReason(why) }
        }
    }

    private func refuseBroken(_ call: PythonCall, _ tokens: [PythonToken]) throws(SkipReason) {
        let arguments = tokens[call.tokens].drop { !$0.isMark("(") }
        if PythonSyntax.isBroken(arguments) { throw SkipReason("its arguments are no valid Python") }
    }
}
