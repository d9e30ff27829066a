import FetchTypes
import Queue

/// The queue as lines for a program or a log: one for each job that is added, changes its state, has another tenth of its bytes, or
/// leaves. Pure.
struct WatchChanges {
    private struct Seen: Equatable {
        var state: JobState
        /// 0 to 10; nil until the size is known.
        var tenth: Int?
    }

    private var seen: [JobNumber: Seen] = [:]
    private var isFirst = true

    /// The lines for what has changed since the last report. The first one gives the jobs that have not ended.
    mutating func lines(of report: QueueReport) -> [PrintableText] {
        var lines: [PrintableText] = []
        var now: [JobNumber: Seen] = [:]
        for entry in report.entries {
            let job = entry.job
            let this = Seen(state: entry.state, tenth: entry.state == .running ? Self.tenth(job.progress) : nil)
            now[job.number] = this
            if seen[job.number] != this, !(isFirst && entry.state.isEnded) { lines.append(Self.line(entry)) }
        }
        for (number, last) in seen.sorted(by: { $0.key < $1.key }) where now[number] == nil && !last.state.isEnded {
            lines.append("job \(number): gone")
        }
        (seen, isFirst) = (now, false)
        return lines
    }

    private static func tenth(_ progress: JobProgress) -> Int? {
        guard let size = progress.size, size > .zero else { return nil }
        return Int(min(10, progress.received.bytes * 10 / size.bytes))
    }

    /// `job 7: running, 40% of 7.1 GiB: civitai:128078`.
    private static func line(_ entry: QueueReport.Entry) -> PrintableText {
        let job = entry.job
        var line: PrintableText = "job \(job.number): \(entry.state.rawValue)"
        if let tenth = tenth(job.progress), let size = job.progress.size, !entry.state.isEnded {
            line += ", \(tenth * 10)% of \(ByteSize.text(size.bytes))"
        }
        let more = job.references.count > 1 ? " and \(job.references.count - 1) more" : ""
        line += ": \(job.references.first ?? "")\(more)"
        if let fault = job.fault { line += " (\(fault.message))" }
        return line
    }
}
