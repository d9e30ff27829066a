import DropIns

/// Finds what a code cell downloads with other tools, and what it becomes: shell lines, and the common calls.
struct PythonReader {
    let bytes: [UInt8]

    private static let processes: Set<String> = ["run", "call", "check_call", "Popen", "check_output", "system", "getoutput"]
    private static let ipython: Set<String> = ["system", "system_raw", "system_piped", "getoutput"]
    private static let gdown: Set<String> = ["download", "download_folder", "cached_download"]
    private static let hub: Set<String> = ["hf_hub_download", "snapshot_download"]

    func read(_ range: Range<Int>, into reading: inout Reading) {
        var lexer = PythonLexer(bytes, range)
        guard let tokens = lexer.all() else {
            // IPython may still understand it, but no part of it is certain.
            let text = String(decoding: bytes[range], as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.contains("!aria2c ") || $0.contains("!wget ") || $0.contains("!curl ") }
            if line != nil { reading.leave(range, "the cell cannot be read as Python", in: bytes) }
            return
        }
        for token in tokens {
            switch token.kind {
            case .shell(let isUsed):
                var lines = Reading()
                ShellReader(bytes: bytes, dialect: .notebook).read(token.range, into: &lines)
                if isUsed { leave(lines, "its output is used", &reading) } else { reading.add(lines) }
            case .magic: readMagic(token.range, &reading)
            default: break
            }
        }
        let names = Self.processes.union(Self.ipython).union(Self.gdown).union(Self.hub)
        for call in PythonCall.all(tokens, names: names) { read(call, tokens, &reading) }
    }

    /// What was read is left all the same.
    private func leave(_ inner: Reading, _ why: String, _ reading: inout Reading) {
        for (offset, finding) in inner.seen where finding.kind != .remark {
            reading.leave(offset..<offset + finding.text.utf8.count, finding.note ?? why, in: bytes)
        }
    }

    /// `%sx wget …`, `%time !wget …`: what magics run is left, and listed.
    private func readMagic(_ range: Range<Int>, _ reading: inout Reading) {
        let end = bytes[range].firstIndex { " \t\r\\".utf8.contains($0) } ?? range.upperBound
        let name = String(decoding: bytes[range.lowerBound..<end], as: UTF8.self)
        var inner = Reading()
        switch name {
        case "%sx", "%system":
            ShellReader(bytes: bytes, dialect: .notebook).read(end..<range.upperBound, into: &inner)
            leave(inner, "its output is used", &reading)
        case "%time", "%timeit", "%prun":
            read(end..<range.upperBound, into: &inner)
            leave(inner, "\(name) runs it here", &reading)
        default: break
        }
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
            reading.leave(start..<call.range.upperBound, found.note ?? "IPython's own function runs it here", in: bytes)
        }
        return true
    }

    private func read(_ call: PythonCall, _ tokens: [PythonToken], _ reading: inout Reading) {
        let last = call.name.split(separator: ".").last.map(String.init) ?? ""
        let owner = call.name.dropLast(last.count)
        if Self.ipython.contains(last), readIPython(call, tokens, &reading) { return }
        do throws(Doubt) {
            if Self.processes.contains(last) {
                guard ["", "subprocess.", "sp.", "os.", "asyncio."].contains(owner) else { return }
                try PythonProcess(call: call, bytes: bytes, name: last).read(into: &reading)
            } else if Self.gdown.contains(last) {
                guard owner == "gdown." else { return }
                guard last != "cached_download" else { throw Doubt("gdown.cached_download compares with a hash of its own") }
                try PythonFetch(call: call, tokens: tokens, bytes: bytes).readGdown(isFolder: last == "download_folder", into: &reading)
            } else {
                guard ["", "huggingface_hub."].contains(owner) else { throw Doubt("it is called on an object, which may say more") }
                try PythonFetch(call: call, tokens: tokens, bytes: bytes).readHub(isSnapshot: last == "snapshot_download", into: &reading)
            }
        } catch {
            reading.leave(call.range, error.why, in: bytes)
        }
    }
}

extension Reading {
    mutating func add(_ other: Reading) {
        edits += other.edits
        seen += other.seen
    }
}
