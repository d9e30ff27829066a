package import DropIns

/// A line of a script or a notebook that downloads: what its tool would fetch.
package struct ScriptDownload: Sendable {
    /// The line as it is there, without secrets.
    package var text: String
    /// From 1; the line within its cell.
    package var line: Int
    /// From 1; 0 in what is not a notebook.
    package var cell = 0
    /// Where the line runs.
    package var folder = ScriptFolder.start
    /// In the line's order; nil where not all of it is known before it runs: it has variables, or its answer is used.
    package var downloads: [DropInDownload]?
    /// Downloads of one cell that are alternatives have one number: `a || b`.
    package var chain: Int?
    /// Whether it is fetched only where the alternative before it has failed.
    package var isFallback = false
    /// Why the downloads are not known, a clause without a full stop; nil where a variable is the reason.
    package var why: String?
}

extension ScriptDownload {
    /// What tells it from others of the same line.
    var identity: String {
        let all = downloads?.map { one in
            let name = if case .fixed(let path) = one.name { path } else { "" }
            return ([one.reference, one.directory ?? "", name, one.revision ?? ""] + one.mirrors + one.include + one.exclude)
                .joined(separator: "\n")
        }
        let place =
            switch folder {
            case .known(let path), .unknown(let path): path
            }
        return ([text, place, why ?? ""] + (all ?? ["?"])).joined(separator: "\n")
    }
}

extension ToolCall {
    /// What the line fetches; nil where that is not known here.
    var downloads: [DropInDownload]? {
        guard !isPart, !arguments.contains(where: variables.holdsVariable), case .fetch(let job) = tool.line.plan(arguments),
            job.hubDryRun == nil, job.list == nil
        else { return nil }
        return job.downloads
    }
}
