import FetchTypes
import Queue
import Storage

/// The queue as people read it: pure, so that it can be tested without a terminal.
struct QueueText {
    let report: QueueReport
    /// The terminal's; nil where lines may be of any length.
    let columns: Int?

    private var isNarrow: Bool { columns.map { $0 < 60 } ?? false }
    private var isWide: Bool { columns.map { $0 >= 84 } ?? true }

    /// A line a job.
    var table: PrintableText {
        guard !report.entries.isEmpty else { return "no jobs.\n" }
        var table = TextTable(columns: [
            TextTable.Column(title: "JOB", isRight: true), TextTable.Column(title: "STATE"),
            TextTable.Column(title: isNarrow ? "" : "DONE", isRight: true),
        ])
        if isWide { table.columns.append(TextTable.Column(title: "RATE", isRight: true)) }
        if !isNarrow { table.columns.append(TextTable.Column(title: "TIME")) }
        table.columns.append(TextTable.Column(title: "WHAT", least: 12))
        let today = report.clock.civil(report.now).date
        table.rows = AllProcessors.map(report.entries) { row($0, today) }
        return table.text(width: columns)
    }

    private func row(_ entry: QueueReport.Entry, _ today: String) -> [PrintableText] {
        let job = entry.job
        // Numbers and words of this program need no cleaning, which would take most of the time of a long list.
        var cells: [PrintableText] = ["\(job.number.value)", Self.word(entry.state), isNarrow ? percent(job) : amount(job)]
        if isWide { cells.append(job.progress.rate.map { "\(size: $0.bytes)/s" } ?? "") }
        if !isNarrow { cells.append(time(entry, today)) }
        let reference = job.references.first ?? ""
        cells.append(job.references.count > 1 ? "\(reference) and \(job.references.count - 1) more" : "\(reference)")
        return cells
    }

    private static func word(_ state: JobState) -> PrintableText {
        switch state {
        case .queued: "queued"
        case .scheduled: "scheduled"
        case .running: "running"
        case .paused: "paused"
        case .done: "done"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }

    private func percent(_ job: JobRecord) -> PrintableText {
        guard let size = job.progress.size else { return job.progress.received > .zero ? "\(size: job.progress.received.bytes)" : "" }
        guard size > .zero else { return job.state == .done ? "100%" : "" }
        return "\(min(100, Int(Double(job.progress.received.bytes) / Double(size.bytes) * 100)))%"
    }

    private func amount(_ job: JobRecord) -> PrintableText {
        guard let size = job.progress.size, size > .zero else { return percent(job) }
        return "\(percent(job)) of \(size: size.bytes)"
    }

    /// What is left, when it starts, or when it ended.
    private func time(_ entry: QueueReport.Entry, _ today: String) -> PrintableText {
        let job = entry.job
        switch entry.state {
        case .running: return job.progress.eta.map { "\(ProgressLine.duration($0.value)) left" } ?? ""
        case .scheduled:
            return "at \(digits: ShownTime.local(job.nextStart(from: report.now, report.clock), today: today, report.clock))"
        case .queued: return ""
        case .paused: return job.fault.map { "\($0.kind.rawValue)" } ?? ""
        case .done, .failed, .cancelled:
            let ended: PrintableText = job.ended.map { "\(digits: ShownTime.local($0, today: today, report.clock))" } ?? ""
            guard entry.state == .failed, let fault = job.fault else { return ended }
            return "\(ended) \(fault.kind.rawValue)"
        }
    }

    /// Free space beside what is still to come, a line a file system.
    var targets: PrintableText { Self.lines(of: report.targets, columns: columns) }

    static func lines(of targets: [QueueReport.Target], columns: Int?) -> PrintableText {
        targets.map { target in
            let free = target.free.map { ByteSize.text($0) + " free" } ?? "free space unknown"
            let unknown = target.unknown == 0 ? "" : ", \(target.unknown) of unknown size"
            let line = "\(free), \(ByteSize.text(target.toCome.bytes)) to come\(unknown)"
            guard let columns else { return "\(line): \(target.folder)\n" }
            let room = columns - Text.width(line) - 2
            guard room >= 8 else { return "\(Text.shortened(line, to: columns))\n" }
            let folder = Text.width(target.folder) > room ? Text.fit(target.folder, to: room) : target.folder
            return "\(line): \(folder)\n"
        }.joined()
    }

    /// Everything about each job.
    var details: PrintableText { report.entries.map(details).joined(separator: "\n") }

    private func details(_ entry: QueueReport.Entry) -> PrintableText {
        let job = entry.job
        func when(_ moment: Moment) -> String { ShownTime.local(moment, now: report.now, report.clock) }
        var lines: PrintableText = "job \(job.number): \(entry.state.rawValue)\(job.isForeground ? ", in the foreground" : "")\n"
        func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines += Prose.line("  \(Text.fit(name, to: 9)) \(value)", hang: .spaces(12), width: columns) + "\n"
        }
        for reference in job.references.prefix(20) { add("what", reference) }
        if job.references.count > 20 { add("", "and \(job.references.count - 20) more") }
        add("into", job.directory)
        add("added", when(job.created))
        add("started", job.started.map(when))
        add("ended", job.ended.map(when))
        add("place", entry.position.map { "\($0) in the queue" })
        add("starts", entry.state == .scheduled ? when(job.nextStart(from: report.now, report.clock)) : nil)
        add("between", job.window?.description)
        add("limit", job.limitRate.map { ByteSize.text($0.bytes) + "/s" })
        add("done", amount(job).text)
        add(
            "rate",
            job.progress.rate.map { ByteSize.text($0.bytes) + "/s" } ?? job.averageRate.map { ByteSize.text($0.bytes) + "/s on average" })
        add("left", job.progress.eta.map { ProgressLine.duration($0.value) })
        add("retries", job.progress.retries > 0 ? "\(job.progress.retries)" : nil)
        add("renewed", job.progress.renewals > 0 ? "\(job.progress.renewals) links" : nil)
        if let fault = job.fault {
            add("error", fault.message)
            add("why", fault.why)
            add("do", fault.hint)
        }
        for path in job.paths { add("path", path) }
        for file in job.progress.files { add("file", shown(file, in: job)) }
        return lines
    }

    private func shown(_ file: JobFile, in job: JobRecord) -> String {
        let amount =
            file.size.map { "\(ByteSize.text(file.received.bytes)) of \(ByteSize.text($0.bytes))" } ?? ByteSize.text(file.received.bytes)
        let connections = file.connections > 0 ? "\(file.connections) \(file.connections == 1 ? "connection" : "connections")" : ""
        return [Path.name(file.path), file.state.rawValue, amount, file.engine ?? "", connections].filter { !$0.isEmpty }
            .joined(separator: ", ")
    }
}
