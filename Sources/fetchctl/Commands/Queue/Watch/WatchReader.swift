import FetchTypes
import Queue

/// Reads what `fetchctl watch` shows.
struct WatchReader: Sendable {
    /// The queue at one moment.
    struct News: Sendable {
        var report: QueueReport
        var targets: [QueueReport.Target] = []
        /// The last lines of the log that was asked for.
        var log: [String] = []
        var problems: [QueueProblem]
        /// How long to wait before the next read, so that reading takes a small part of the time however long the queue is.
        var pause: Duration
    }

    private let store: QueueStore

    /// The last bytes of a log that are shown.
    private static let logBytes = 8192

    init(_ store: QueueStore) { self.store = store }

    /// - Parameter job: whose log is wanted.
    func read(logOf job: JobNumber? = nil) -> News {
        let started = ContinuousClock.now
        let now = Moment.now
        let listing = store.list(at: now)
        let report = QueueReport(QueueReport.shown(store, listing, now: now), listing: listing, now: now)
        var news = News(report: report, problems: listing.problems, pause: .zero)
        news.targets = report.targets
        if let job { news.log = QueueFile.tail(store.folder.log(job), bytes: Self.logBytes) }
        news.pause = max(.milliseconds(500), (ContinuousClock.now - started) * 10)
        return news
    }
}
