import DropIns

/// Finds what a code cell downloads with other tools, and what it becomes: shell lines, and the common calls.
struct PythonReader {
    let bytes: [UInt8]

    private static let processes: Set<String> = ["run", "call", "check_call", "Popen", "check_output", "system", "getoutput"]
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
            guard case .shell(let isUsed) = token.kind else { continue }
            var lines = Reading()
            ShellReader(bytes: bytes, dialect: .notebook).read(token.range, into: &lines)
            if isUsed {
                for (offset, finding) in lines.seen where finding.kind != .remark {
                    let end = offset + finding.text.utf8.count
                    reading.leave(offset..<end, finding.note ?? "its output is used", in: bytes)
                }
            } else {
                reading.add(lines)
            }
        }
        for call in PythonCall.all(tokens, names: Self.processes.union(Self.gdown).union(Self.hub)) { read(call, tokens, &reading) }
    }

    private func read(_ call: PythonCall, _ tokens: [PythonToken], _ reading: inout Reading) {
        let last = call.name.split(separator: ".").last.map(String.init) ?? ""
        let owner = call.name.dropLast(last.count)
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
