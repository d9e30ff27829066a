/// A call of `huggingface_hub` that fetches, as fetchctl's function with the same arguments.
struct PythonHub {
    let call: PythonCall
    /// Of the whole cell.
    let tokens: [PythonToken]
    let bytes: [UInt8]
    let isSnapshot: Bool

    private static let common: Set<String> = [
        "repo_id", "revision", "local_dir", "cache_dir", "token", "repo_type", "force_download", "local_files_only",
    ]
    /// Those that change nothing of what lands.
    private static let dropped: Set<String> = [
        "resume_download", "local_dir_use_symlinks", "etag_timeout", "library_name", "library_version", "user_agent", "tqdm_class",
        "max_workers", "legacy_cache_layout",
    ]

    func read(into reading: inout Reading) throws(SkipReason) {
        reading.note(nil, call.range, in: bytes)
        guard !call.hasUnpacked else { throw SkipReason("not all of its arguments are listed") }
        guard call.positional.count <= (isSnapshot ? 1 : 2) else { throw SkipReason("it has more arguments than are known") }
        let names = call.arguments.compactMap(\.name)
        guard names.contains("repo_id") || !call.positional.isEmpty else { throw SkipReason("it names no repo") }
        guard isSnapshot || names.contains("filename") || call.positional.count == 2 else { throw SkipReason("it names no file") }
        let known = Self.common.union(isSnapshot ? ["allow_patterns", "ignore_patterns"] : ["filename", "subfolder"])
        var edits: [TextEdit] = []
        guard let bracket = tokens[call.tokens].first(where: { $0.isMark("(") }) else { return }
        let function = isSnapshot ? "fetchctl.snapshot" : "fetchctl.file"
        edits.append(TextEdit(range: call.range.lowerBound..<bracket.range.lowerBound, text: function))
        for (index, argument) in call.arguments.enumerated() {
            guard let name = argument.name, !known.contains(name) else { continue }
            if name == "use_auth_token", !names.contains("token") {
                let start = argument.range.lowerBound
                edits.append(TextEdit(range: start..<start + name.utf8.count, text: "token"))
                continue
            }
            guard Self.dropped.contains(name) else { throw SkipReason("\(name)= is not understood") }
            guard index > 0 else { throw SkipReason("\(name)= stands before what it fetches") }
            // With the comma before it.
            let range = call.arguments[index - 1].range.upperBound..<argument.range.upperBound
            edits.append(TextEdit(range: range, text: ""))
        }
        let handlers = PythonHandlers(tokens: tokens, bytes: bytes)
        try handlers.refuse(call)
        if let edit = try PythonImport(call: call, tokens: tokens, bytes: bytes).edit(&reading) { reading.edits.append(edit) }
        reading.change(call.range, by: edits, in: bytes)
        if let name = handlers.foreign {
            reading.leave(call.range, "except \(name) in this cell does not catch fetchctl.FetchError", in: bytes, kind: .remark)
        }
    }
}
