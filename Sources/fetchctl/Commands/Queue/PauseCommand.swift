import ArgumentParser
import Queue

/// `fetchctl pause`: stops jobs and keeps what they have.
struct PauseCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop jobs of the queue, and keep their partial files.",
        discussion: """
            Examples:
              fetchctl pause 7
              fetchctl pause all
            """)

    @OptionGroup var typed: JobArguments

    func run(_ context: Context) async throws -> Int32 {
        let selection = try JobSelection(typed.jobs)
        let view = try QueueView(context)
        let jobs = try view.jobs(selection) { $0.jobs.filter { !$0.state.isEnded && $0.state != .paused } }
        return try await JobControl.run(view, jobs) { $0.state == .paused ? nil : .pause }
    }
}
