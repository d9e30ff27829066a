import FetchTypes
import Queue

/// The state of `fetchctl watch` and how keys change it. Pure, so that it is tested without a terminal.
struct WatchModel: Sendable {
    enum Page: Equatable, Sendable {
        case list
        case details(JobNumber)
        case help
    }

    /// The terminal's.
    var columns: Int
    var rows: Int
    private(set) var report: QueueReport
    /// Measured together with the report, so that drawing does no disk access.
    private(set) var targets: [QueueReport.Target] = []
    /// The last lines of the log of the job whose details are shown.
    var log: [String] = []
    var page = Page.list
    var question: WatchQuestion?
    /// Only jobs with this text in their line are shown; empty shows all.
    var filter = ""
    /// The selected job, to which keys apply; nil where no job is shown.
    private(set) var chosen: JobNumber?
    /// Lines of the page that have scrolled off at the top.
    var scroll = 0
    /// What happened last, in one line.
    var message: PrintableText = ""

    init(_ report: QueueReport, columns: Int, rows: Int) {
        self.report = report
        self.columns = columns
        self.rows = rows
        choose(at: 0)
    }

    /// The jobs that are shown.
    var entries: [QueueReport.Entry] {
        guard !filter.isEmpty else { return report.entries }
        let wanted = filter.lowercased()
        return report.entries.filter { entry in
            "\(entry.job.number) \(entry.state.rawValue) \(entry.job.references.joined(separator: " "))".lowercased().contains(wanted)
        }
    }

    /// The job whose details are wanted.
    var detailed: JobNumber? { if case .details(let job) = page { job } else { nil } }

    // MARK: news

    /// Replaces the jobs by the current ones; the selected job stays selected.
    mutating func take(_ news: QueueReport, targets: [QueueReport.Target] = [], log: [String] = []) {
        let place = index
        report = news
        (self.targets, self.log) = (targets, log)
        if index == nil { choose(at: place ?? 0) }
        scroll = min(scroll, WatchScreen(self).mostScroll)
    }

    mutating func resize(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        scroll = min(scroll, WatchScreen(self).mostScroll)
    }

    mutating func tell(_ message: PrintableText) { self.message = message }

    // MARK: the chosen job

    /// Its place among those that are shown.
    var index: Int? { entries.firstIndex { $0.job.number == chosen } }

    mutating func choose(at place: Int) {
        let entries = entries
        chosen = entries.isEmpty ? nil : entries[max(0, min(place, entries.count - 1))].job.number
    }
}
