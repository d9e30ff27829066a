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
    private(set) var log: [String] = []
    private(set) var page = Page.list
    private(set) var question: WatchQuestion?
    /// Only jobs with this text in their line are shown; empty shows all.
    private(set) var filter = ""
    /// The selected job, to which keys apply; nil where no job is shown.
    private(set) var chosen: JobNumber?
    /// Lines of the page that have scrolled off at the top.
    private(set) var scroll = 0
    /// What happened last, in one line.
    private(set) var message: PrintableText = ""

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

    // MARK: keys

    /// - Returns: the actions to carry out.
    mutating func press(_ key: TerminalKey) -> [WatchWish] {
        message = ""
        if let question { return settle(question, question.answer(key)) }
        switch key {
        case .character("q"), .end: return [.leave]
        case .escape, .left: back()
        case .character("?"): open(page == .help ? .list : .help)
        case .character("a"): question = .reference("")
        case .character("/"):
            open(.list)
            question = .filter(filter)
        case .up, .down, .pageUp, .pageDown, .first, .last, .character("k"), .character("j"), .character("g"), .character("G"):
            travel(key)
        default: return page == .help ? [] : act(key)
        }
        return []
    }

    private mutating func settle(_ asked: WatchQuestion, _ step: WatchQuestion.Step) -> [WatchWish] {
        question = nil
        switch step {
        case .ask(let next): question = next
        case .wish(let wish): return [wish]
        case .filter(let text):
            filter = text
            if index == nil { choose(at: 0) }
        case .refuse(let why):
            question = asked
            message = "\(why)"
        case .drop: break
        }
        return []
    }

    private mutating func back() {
        guard page == .list else { return open(.list) }
        filter = ""
        if index == nil { choose(at: 0) }
    }

    private mutating func open(_ page: Page) {
        self.page = page
        scroll = 0
        log = []
    }

    private mutating func travel(_ key: TerminalKey) {
        let screen = WatchScreen(self)
        let step = max(1, screen.bodyRows - 1)
        let (place, most) = page == .list ? (index ?? 0, entries.count - 1) : (scroll, screen.mostScroll)
        let target: Int
        switch key {
        case .up, .character("k"): target = place - 1
        case .down, .character("j"): target = place + 1
        case .pageUp: target = place - step
        case .pageDown: target = place + step
        case .first, .character("g"): target = 0
        default: target = most
        }
        let allowed = max(0, min(target, most))
        if page == .list { choose(at: allowed) } else { scroll = allowed }
    }

    /// A key about the job that is chosen, or whose details are shown.
    private mutating func act(_ key: TerminalKey) -> [WatchWish] {
        guard let number = detailed ?? chosen, let entry = report.entries.first(where: { $0.job.number == number }) else { return [] }
        let (job, state) = (entry.job, entry.state)
        switch key {
        case .enter, .right: if page == .list { open(.details(number)) }
        case .character("p"):
            if !state.isEnded, state != .paused { return [.set(.pause, number)] }
            message = "job \(number) is \(state.rawValue)."
        case .character("r"):
            if state == .paused { return [.set(.resume, number)] }
            message = "job \(number) is not paused, it is \(state.rawValue)."
        case .character("t"):
            if [.failed, .cancelled].contains(state), !job.line.isIncomplete { return [.retry(number)] }
            message =
                state.isEnded && state != .done
                ? "the line of job \(number) was not kept: give it again." : "job \(number) is \(state.rawValue)."
        case .character("c"), .character("m"), .character("l"):
            guard !state.isEnded, !(key == .character("m") && job.isForeground) else {
                message = state.isEnded ? "job \(number) is \(state.rawValue)." : "job \(number) runs in a terminal and has no place."
                return []
            }
            question = key == .character("c") ? .cancel(number) : key == .character("m") ? .move(number) : .limit(number, "")
        default: break
        }
        return []
    }

    // MARK: the chosen job

    /// Its place among those that are shown.
    var index: Int? { entries.firstIndex { $0.job.number == chosen } }

    private mutating func choose(at place: Int) {
        let entries = entries
        chosen = entries.isEmpty ? nil : entries[max(0, min(place, entries.count - 1))].job.number
    }
}
