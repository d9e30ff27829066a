import ArgumentParser
import Events
import FetchTypes
import Queue
import Storage

/// `fetchctl status`: the queue as it is now.
struct StatusCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the jobs of the queue.",
        discussion: """
            Examples:
              fetchctl status
              fetchctl status 7
              fetchctl status --json

            The list shows the jobs that have not ended, in the queue's order, and those that ended in the last 10 minutes. With a number it \
            shows one job in detail, with its files.
            """)

    @OptionGroup var typed: JobArguments
    @Flag(help: "Print one JSON object on standard output.")
    var json = false

    func run(_ context: Context) async throws -> Int32 {
        let selection = typed.jobs.isEmpty ? JobSelection.all : try JobSelection(typed.jobs)
        let view = try QueueView(context)
        let now = Moment.now
        let jobs = try view.jobs(selection) { QueueReport.shown($0.store, $0.listing, now: now) }
        let report = QueueReport(jobs, listing: view.listing, now: now)
        if json {
            Terminal.write(report.json(targets: true))
        } else {
            let text = QueueText(report: report, columns: Terminal.columns(of: 1))
            Terminal.draw(typed.jobs.isEmpty || selection == .all ? text.table + text.targets : text.details, to: 1)
        }
        view.worker.start(for: view.jobs)
        return 0
    }
}
