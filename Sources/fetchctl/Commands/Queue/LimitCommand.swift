import ArgumentParser
import FetchTypes
import Queue

/// `fetchctl limit`: changes jobs' ceilings while they run.
struct LimitCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Limit the rate of jobs, from now on.",
        discussion: """
            Examples:
              fetchctl limit 7 5M
              fetchctl limit all 500K
              fetchctl limit 7 0                               (no limit)
            """)

    @Argument(
        help: ArgumentHelp("The job's number, several numbers, or all; then the rate in bytes per second.", valueName: "job> … <rate"))
    var words: [String] = []

    func run(_ context: Context) async throws -> Int32 {
        guard words.count > 1, let last = words.last else {
            throw Failure(
                .usage, "limit needs a job and a rate.", why: "the rate is the last word.", hint: "for example: fetchctl limit all 5M")
        }
        let selection = try JobSelection(words.dropLast())
        guard let rate = TransferRate(argument: last) else {
            throw Failure(
                .usage, "the rate \(last) is not usable.", why: "it must be \(TransferRate.form).",
                hint: "for example: fetchctl limit \(words.dropLast().joined(separator: " ")) \(TransferRate.example)")
        }
        let view = try QueueView(context)
        let jobs = try view.jobs(selection) { $0.jobs.filter { !$0.state.isEnded } }
        return try await JobControl.run(view, jobs) { $0.limitRate == rate.limit ? nil : .limit(rate.limit) }
    }
}
