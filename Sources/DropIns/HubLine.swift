package import FetchTypes

/// `hf download`, as huggingface_hub 2.4 reads it; options that it has dropped since are taken and change nothing.
package enum HubLine: ReplacedTool {
    package static let usageCode: Int32 = 2

    package static func exitCode(_ failures: [Failure?]) -> Int32 { pythonCode(failures) }

    private static let table = FlagTable(
        .python,
        understood: """
            --repo-type/--type= --revision= --include= --exclude= --cache-dir= --local-dir= --force-download --no-force-download
            --token= --max-workers= --format= --json -q/--quiet --dry-run --no-dry-run --no-truncate -h/--help
            """,
        silent: "--local-dir-use-symlinks= --resume-download")

    package static func plan(_ arguments: [String]) -> DropInPlan {
        guard let first = arguments.first else { return .help(HubHelp.hf, code: 2) }
        if first == "-h" || first == "--help" { return .help(HubHelp.hf, code: 0) }
        guard first == "download" else { return .handOver(why: "it is no hf download") }
        let line = ParsedLine(separated(arguments.dropFirst()), table)
        // Alone it says how it is used, and is content with that.
        if arguments.count == 1 || line.has("help") { return .help(HubHelp.hfDownload, code: 0) }
        if let flag = line.handOver { return .handOver(why: "it has \(flag)") }
        if line.last("repo-type") == "kernel" { return .handOver(why: "it is about a kernel") }
        do throws(LineRefusal) {
            if let fault = line.fault { throw LineRefusal(fault, code: 2) }
            let form = try form(line)
            guard let id = line.operands.first else { throw LineRefusal("no repo is named", code: 2) }
            let (local, cache) = (line.last("local-dir"), line.last("cache-dir"))
            guard local == nil || cache == nil else {
                throw LineRefusal("--local-dir and --cache-dir cannot be used at the same time", code: 1)
            }
            var wish = try HubDownloadSpec(typed: id, type: line.last("repo-type"), revision: line.last("revision"))
            try wish.add(files: Array(line.operands.dropFirst()))
            try wish.choose(include: line.all("include"), exclude: line.all("exclude"), takesFolders: true)
            var job = try wish.job(local: local, cache: cache, workers: line.last("max-workers"), token: line.last("token"), retries: 5)
            job.downloads[0].existing = isForced(line) ? .overwrite : .renew
            job.quietness = form == .human ? .talks : .errors
            job.hubResult = HubResult(form)
            if isDry(line) {
                var dryRun = HubDryRun(form, file: wish.file)
                dryRun.truncates = !line.has("no-truncate")
                job.hubDryRun = dryRun
            }
            return .fetch(job)
        } catch {
            return .refuse(error.words, code: error.code)
        }
    }

    private static func isForced(_ line: ParsedLine) -> Bool {
        line.flags.last { $0.name.hasSuffix("force-download") }?.name == "force-download"
    }

    private static func isDry(_ line: ParsedLine) -> Bool {
        line.flags.last { $0.name.hasSuffix("dry-run") }?.name == "dry-run"
    }

    private static func form(_ line: ParsedLine) throws(LineRefusal) -> HubResult.Form {
        let flags = line.flags.filter { ["format", "json", "quiet"].contains($0.name) }
        guard flags.count <= 1 else { throw LineRefusal("\(flags[0].shown) and \(flags[1].shown) are mutually exclusive", code: 2) }
        switch flags.first?.name {
        case "json": return .json
        case "quiet": return .path
        case nil: return .human
        default: break
        }
        let forms: [String: HubResult.Form] = ["auto": .human, "human": .human, "agent": .agent, "json": .json, "quiet": .path]
        guard let form = line.last("format").flatMap({ forms[$0] }) else {
            throw LineRefusal("--format is one of auto, human, agent, json, quiet", code: 2)
        }
        return form
    }

    /// `--include '*.json' '*.md'`, which version 0 understood, as `--include '*.json' --include '*.md'`: today's takes the second
    /// for a file of that name, and no file has one.
    private static func separated(_ arguments: ArraySlice<String>) -> [String] {
        var result: [String] = []
        var option: String?
        var isValue = false
        for word in arguments {
            if isValue {
                isValue = false
            } else if word.hasPrefix("-") {
                let name = word.prefix { $0 != "=" }
                option = name == "--include" || name == "--exclude" ? String(name) : nil
                isValue = option == word
            } else if let option, word.contains(where: { "*?[".contains($0) }) {
                result.append(option)
            } else {
                option = nil
            }
            result.append(word)
        }
        return result
    }
}
