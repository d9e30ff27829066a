import FetchTypes
import Queue

/// Draws a ``WatchModel``: as many lines as the terminal has rows, none wider than its columns. Pure.
struct WatchScreen {
    struct Line: Equatable, Sendable {
        enum Style: Sendable { case plain, title, chosen, faint, bad, waiting }
        var text: PrintableText
        var style = Style.plain
    }

    private let model: WatchModel

    init(_ model: WatchModel) { self.model = model }

    /// Every row, from the top.
    var lines: [Line] {
        var lines = [title] + body.prefix(bodyRows)
        while lines.count < bodyRows + 1 { lines.append(Line(text: "")) }
        if hasTargets { lines.append(targets) }
        if model.rows > 2 { lines.append(prompt) }
        lines.append(Line(text: keys, style: .faint))
        return lines.suffix(model.rows).map { line in
            Line(text: "\(code: Text.shortened(line.text.text, to: model.columns))", style: line.style)
        }
    }

    // MARK: what has room

    /// Rows between the title and what stands below.
    var bodyRows: Int { max(0, model.rows - (model.rows > 2 ? 3 : 2) - (hasTargets ? 1 : 0)) }

    private var hasTargets: Bool { model.page == .list && model.rows >= 10 && !model.targets.isEmpty }

    /// Lines of the page that may scroll off at the top.
    var mostScroll: Int { model.page == .list ? 0 : max(0, pageLines.count - bodyRows) }

    // MARK: the lines around

    private var title: Line {
        let counts = JobState.allCases.compactMap { state -> String? in
            let count = model.report.entries.count { $0.state == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        let rate = model.report.entries.compactMap { $0.job.progress.rate?.bytes }.reduce(0, +)
        let parts = (counts.isEmpty ? ["no jobs"] : [counts.joined(separator: ", ")]) + (rate > 0 ? [ByteSize.text(rate) + "/s"] : [])
        let short = parts.joined(separator: "  ")
        let long = "fetchctl watch  \(short)"
        return Line(text: PrintableText(Text.width(long) <= model.columns ? long : short), style: .title)
    }

    private var targets: Line {
        Line(text: QueueText.lines(of: model.targets, columns: model.columns).lines[0], style: .faint)
    }

    /// What is asked, what happened last, or what is left out.
    private var prompt: Line {
        if let question = model.question {
            guard let typed = question.typed else { return Line(text: question.words, style: .waiting) }
            let complaint: PrintableText = model.message.isEmpty ? "" : model.message + "  "
            let words = complaint + question.words
            // The end of what is typed stays in sight, and the cursor's place behind it.
            let room = max(4, model.columns - Text.width(words.text) - 1)
            let shown = Text.width(typed) > room ? "…" + String(typed.suffix(room - 1)) : typed
            return Line(text: words + PrintableText(shown) + "_", style: .waiting)
        }
        if !model.message.isEmpty { return Line(text: model.message, style: .waiting) }
        if !model.filter.isEmpty { return Line(text: "filter: \(model.filter)  (Esc: all)", style: .waiting) }
        return Line(text: "")
    }

    /// The longest list of keys that fits.
    private var keys: PrintableText {
        let all: [PrintableText]
        switch (model.question, model.page) {
        case (.some, _): all = ["Enter does it  Esc leaves it"]
        case (nil, .help): all = ["Esc back  q quit"]
        case (nil, .details):
            all = [
                "Esc back  p pause  r resume  c cancel  t retry  m move  l limit  arrows scroll  q quit",
                "Esc back  p pause r resume c cancel t retry m move l limit q quit", "Esc back  p r c t m l  ? help  q quit",
            ]
        case (nil, .list):
            all = [
                "Enter details  p pause  r resume  c cancel  t retry  m move  l limit  a add  / filter  ? help  q quit",
                "p pause r resume c cancel t retry m move l limit a add / filter ? help q quit",
                "Enter  p r c t m l a /  ? help  q quit",
            ]
        }
        return all.first { Text.width($0.text) <= model.columns } ?? all[all.count - 1]
    }

    // MARK: the page

    private var body: [Line] {
        switch model.page {
        case .list: list
        case .details, .help: Array(pageLines.dropFirst(model.scroll))
        }
    }

    /// The jobs around the chosen one, which is marked.
    private var list: [Line] {
        let entries = model.entries
        guard !entries.isEmpty else {
            return [Line(text: model.filter.isEmpty ? "no jobs; a adds one." : "no job has \(model.filter) in its line.")]
        }
        let height = max(1, bodyRows - 1)
        let place = model.index ?? 0
        let start = max(0, min(place - height / 2, entries.count - height))
        let shown = Array(entries[start..<min(entries.count, start + height)])
        let report = QueueReport(shown, now: model.report.now, clock: model.report.clock)
        let table = QueueText(report: report, columns: max(20, model.columns - 2)).table.lines
        return table.prefix(shown.count + 1).enumerated().map { row, text in
            guard row > 0 else { return Line(text: "  " + text, style: .faint) }
            let isChosen = start + row - 1 == place
            return Line(text: (isChosen ? "> " : "  ") + text, style: isChosen ? .chosen : Self.style(shown[row - 1].state))
        }
    }

    private static func style(_ state: JobState) -> Line.Style {
        switch state {
        case .failed, .cancelled: .bad
        case .paused, .scheduled: .waiting
        case .queued, .running, .done: .plain
        }
    }

    /// All lines of a page that scrolls.
    private var pageLines: [Line] {
        guard let number = model.detailed else { return Self.help.flatMap { wrapped($0) } }
        guard let entry = model.report.entries.first(where: { $0.job.number == number }) else {
            return wrapped("job \(number) has left the queue; see it with: fetchctl status \(number)")
        }
        let report = QueueReport([entry], now: model.report.now, clock: model.report.clock)
        var lines = QueueText(report: report, columns: model.columns).details.lines.filter { !$0.isEmpty }.flatMap { wrapped($0) }
        if !model.log.isEmpty {
            lines.append(Line(text: "log:", style: .faint))
            lines += model.log.flatMap { wrapped("  \($0)") }
        }
        return lines
    }

    private func wrapped(_ text: PrintableText) -> [Line] {
        Text.wrap(text.text, to: max(10, model.columns), indent: 4).map { Line(text: "\(code: $0)") }
    }

    private static let help: [PrintableText] = [
        "Keys are about the chosen job, or the one whose details are shown.",
        "arrows, j k g G, Page Up, Page Down: choose a job, scroll", "Enter: all about a job: files, connections, engine, log", "p: pause",
        "r: resume", "c: cancel, with or without what is unfinished", "t: retry a failed or cancelled job", "m: move in the queue",
        "l: limit its rate", "a: add a reference, as fetchctl add REF --detach does",
        "/: show only jobs with a text in their line; Esc shows all again", "Esc: back", "q: quit; the jobs go on",
    ]
}
