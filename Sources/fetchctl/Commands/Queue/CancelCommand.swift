import ArgumentParser
import Queue

/// `fetchctl cancel`: ends jobs for good.
struct CancelCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End jobs; fetchctl retry adds them again.",
        discussion: """
            Examples:
              fetchctl cancel 7
              fetchctl cancel 7 8 --delete

            Complete files are kept. Unfinished files are kept too, unless --delete is given.
            """)

    @OptionGroup var typed: JobArguments
    @Flag(help: "Remove unfinished files too.")
    var delete = false

    func run(_ context: Context) async throws -> Int32 {
        let selection = try JobSelection(typed.jobs)
        let view = try QueueView(context)
        let jobs = try view.jobs(selection) { $0.jobs.filter { !$0.state.isEnded } }
        return try await JobControl.run(view, jobs) { _ in .cancel(deletes: delete) }
    }
}
