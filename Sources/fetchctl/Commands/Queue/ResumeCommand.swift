import ArgumentParser
import Queue

/// `fetchctl resume`: lets paused jobs go on.
struct ResumeCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Continue paused jobs.",
        discussion: """
            Examples:
              fetchctl resume 7
              fetchctl resume all

            Tokens of this command's environment are given to the worker, in memory: a job that waits for a lost token continues with them.
            """)

    @OptionGroup var typed: JobArguments

    func run(_ context: Context) async throws -> Int32 {
        let selection = try JobSelection(typed.jobs)
        let view = try QueueView(context)
        let jobs = try view.jobs(selection) { $0.jobs.filter { $0.state == .paused } }
        return try await JobControl.run(
            view, jobs, { $0.state == .paused ? .resume : nil },
            before: { open in view.worker.give(to: open.filter { $0.state == .paused && !$0.isForeground }) })
    }
}
