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
    /// Why the downloads are not known, a clause without a full stop; nil where a variable is the reason.
    package var why: String?
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
