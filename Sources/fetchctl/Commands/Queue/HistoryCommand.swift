import ArgumentParser
import FetchTypes
import Queue

/// `fetchctl history`: the jobs that have ended.
struct HistoryCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show the jobs that have ended, or forget them.",
        discussion: """
            Examples:
              fetchctl history
              fetchctl history --json
              fetchctl history --clear --older-than 30d

            The newest comes last. Forgetting a job does not remove its files; --older-than 0d forgets all jobs.
            """)

    @Flag(help: "Print one JSON object on standard output.")
    var json = false
    @Flag(help: "Forget jobs; needs --older-than.")
    var clear = false
    @Option(help: ArgumentHelp("The minimum time since their end: 30d, 12h.", valueName: "age"))
    var olderThan: String?

    func run(_ context: Context) async throws -> Int32 {
        let age = try understood()
        let view = try QueueView(context)
        if let age {
            let count = try view.store.history.clear(before: .now + -age)
            Terminal.write("\(count) \(count == 1 ? "job" : "jobs") forgotten.\n", to: 2)
        } else {
            show(view)
        }
        view.worker.start(for: view.jobs)
        return 0
    }

    private func show(_ view: QueueView) {
        let live = Set(view.jobs.map(\.number))
        let (ended, problems) = view.store.history.jobs()
        for problem in problems { Terminal.write("warning: \(problem.message)\n", to: 2) }
        let report = QueueReport(ended.reversed().filter { !live.contains($0.number) }, listing: view.listing, now: .now)
        if json { return Terminal.write(report.json(targets: false)) }
        Terminal.draw(QueueText(report: report, columns: Terminal.columns(of: 1)).table, to: 1)
    }

    /// Seconds; nil where nothing is removed.
    private func understood() throws(Failure) -> Double? {
        guard clear else {
            guard olderThan == nil else {
                throw Failure(
                    .usage, "--older-than goes with --clear.", why: "it says what is to be forgotten.",
                    hint: "for example: fetchctl history --clear --older-than 30d")
            }
            return nil
        }
        guard let olderThan else {
            throw Failure(
                .usage, "--clear needs --older-than.", why: "nothing is forgotten without saying what; 0d is all.",
                hint: "for example: fetchctl history --clear --older-than 30d")
        }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = olderThan.last.flatMap({ units[$0] }), let number = Int64(digits: olderThan.dropLast()), number <= 1_000_000 else {
            throw Failure(
                .usage, "--older-than \(olderThan) is no age.", why: "it must be a number with s, m, h or d.", hint: "for example: 30d")
        }
        return Double(number) * unit
    }
}
