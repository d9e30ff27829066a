import DropIns

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
        reading.note(downloads, call.range, in: bytes)
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
            guard index > 0 else { throw SkipReason("\(name)= precedes what it fetches") }
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

    // MARK: what it fetches

    private static let options = [
        "revision": "--revision", "local_dir": "--local-dir", "cache_dir": "--cache-dir", "repo_type": "--repo-type",
    ]
    private static let patterns = ["allow_patterns": "--include", "ignore_patterns": "--exclude"]

    /// What the line of `hf` that fetches the same would; nil when something of it is known only when it runs.
    private var downloads: [DropInDownload]? {
        guard !call.hasUnpacked else { return nil }
        var (repo, name, folder): (String?, String?, String?)
        var words: [String] = []
        for (place, argument) in call.arguments.enumerated() {
            let key = argument.name ?? (place == 0 ? "repo_id" : "filename")
            guard argument.tokens.count > 1 || argument.tokens.first?.name != "None" else { continue }
            if let option = Self.patterns[key] {
                guard let texts = texts(argument.tokens) else { return nil }
                words += texts.flatMap { [option, $0] }
                continue
            }
            guard ["repo_id", "filename", "subfolder"].contains(key) || Self.options[key] != nil else { continue }
            guard let text = PythonValue(argument.tokens, in: bytes)?.literal else { return nil }
            switch key {
            case "repo_id": repo = text
            case "filename": name = text
            case "subfolder": folder = text
            default: words += [Self.options[key] ?? "", text]
            }
        }
        guard let repo, isSnapshot || name != nil else { return nil }
        let path = name.map { name in [folder.map { "\($0)/\(name)" } ?? name] } ?? []
        guard case .fetch(let job) = HubLine.plan(["download", repo] + path + words) else { return nil }
        return job.downloads
    }

    /// One text, or a list of them; nil for anything else.
    private func texts(_ tokens: ArraySlice<PythonToken>) -> [String]? {
        guard tokens.first?.isMark("[") == true, tokens.last?.isMark("]") == true else {
            return PythonValue(tokens, in: bytes)?.literal.map { [$0] }
        }
        var texts: [String] = []
        for element in PythonProcess.elements(tokens.dropFirst().dropLast()) {
            guard let text = PythonValue(element, in: bytes)?.literal else { return nil }
            texts.append(text)
        }
        return texts
    }
}
