import ArgumentParser
import FetchTypes
import Queue

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `fetchctl watch`: the queue live.
struct WatchCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Watch the queue live, and control it with keys.",
        discussion: """
            Examples:
              fetchctl watch
              fetchctl watch | tee queue.txt                   (a line a change)
              NO_COLOR=1 fetchctl watch

            Keys: p pauses the chosen job, r resumes, c cancels, t retries, m moves, l limits its rate, a adds a reference, / filters, \
            Enter shows all about it, ? shows all keys, q ends. Jobs go on without it.
            """)

    func run(_ context: Context) async throws -> Int32 {
        let view = try QueueView(context)
        let store = view.store
        guard isatty(STDIN_FILENO) == 1, let size = Terminal.size(of: STDOUT_FILENO), Self.hasCursor(context.environment) else {
            view.worker.start(for: view.jobs)
            return try await Self.tellChanges(store, context)
        }
        let report = QueueReport(view.jobs, listing: view.listing, now: .now)
        return await WatchSession(store, context, WatchModel(report, columns: size.columns, rows: size.rows)).run()
    }

    private static func hasCursor(_ environment: [String: String]) -> Bool {
        !["", "dumb"].contains(environment["TERM"] ?? "") && !Terminal.isNotebook(environment)
    }

    /// Prints a line for each change, until a signal arrives or the reader closes the pipe.
    private static func tellChanges(_ store: QueueStore, _ context: Context) async throws -> Int32 {
        let reader = WatchReader(store)
        var changes = WatchChanges()
        var looks = 0
        while !hasNoReader {
            let news = reader.read()
            for line in changes.lines(of: news.report) { Terminal.write(line + "\n", to: STDOUT_FILENO) }
            looks += 1
            // The worker may have been killed since the last read.
            if looks % 10 == 0 { QueueWorker(store, context).start(for: news.report.entries.map(\.job)) }
            try await Task.sleep(for: news.pause)
        }
        return 0
    }

    private static var hasNoReader: Bool {
        var wait = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&wait, 1, 0) > 0 && wait.revents & Int16(POLLERR) != 0
    }
}
