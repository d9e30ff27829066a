package import FetchTypes

/// `huggingface-cli download`, as huggingface_hub 0.36 reads it, the last in which that command does anything.
package enum HubCLILine: ReplacedTool {
    package static let usageCode: Int32 = 2

    package static func exitCode(_ failures: [Failure?]) -> Int32 { pythonCode(failures) }

    private static let table = FlagTable(
        .python,
        understood: """
            --repo-type= --revision= --include* --exclude* --cache-dir= --local-dir= --local-dir-use-symlinks= --force-download --token=
            --quiet --max-workers= -h/--help
            """,
        silent: "--resume-download")

    package static func plan(_ arguments: [String]) -> DropInPlan {
        guard let first = arguments.first else { return .help(HubHelp.cli, code: 1) }
        if first == "-h" || first == "--help" { return .help(HubHelp.cli, code: 0) }
        guard first == "download" else { return .handOver(why: "it is no huggingface-cli download") }
        let line = ParsedLine(Array(arguments.dropFirst()), table)
        if line.has("help") { return .help(HubHelp.cliDownload, code: 0) }
        if let flag = line.handOver { return .handOver(why: "it has \(flag)") }
        do throws(LineRefusal) {
            if let fault = line.fault { throw LineRefusal(fault, code: 2) }
            guard let id = line.operands.first else { throw LineRefusal("no repo is named", code: 2) }
            if let links = line.last("local-dir-use-symlinks"), !["auto", "True", "False"].contains(links) {
                throw LineRefusal("--local-dir-use-symlinks is one of auto, True, False", code: 2)
            }
            var wish = try HubDownloadSpec(plain: id, type: line.last("repo-type"), revision: line.last("revision"))
            try wish.add(files: Array(line.operands.dropFirst()))
            try wish.choose(include: line.all("include"), exclude: line.all("exclude"), takesFolders: false)
            let local = line.last("local-dir")
            let cache = local == nil ? line.last("cache-dir") : nil
            var job = try wish.job(local: local, cache: cache, workers: line.last("max-workers"), token: line.last("token"), retries: 0)
            job.downloads[0].existing = line.has("force-download") ? .overwrite : .renew
            job.quietness = line.has("quiet") ? .errors : .talks
            var result = HubResult(.path)
            if let cache { result.folder = HubResult.Folder(typed: cache, isTidied: false) }
            if let local, wish.isOneFile { result.folder = HubResult.Folder(typed: local, isTidied: true) }
            job.hubResult = result
            return .fetch(job)
        } catch {
            return .refuse(error.words, code: error.code)
        }
    }
}
