import ArgumentParser
import FetchTypes
import Queue

/// `fetchctl retry`: puts failed and cancelled jobs at the end of the queue.
struct RetryCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Put failed or cancelled jobs at the end of the queue.",
        discussion: """
            Examples:
              fetchctl retry 7
              fetchctl retry all

            A job resumes. Tokens of this command's environment are given to the worker, in memory.
            """)

    @OptionGroup var typed: JobArguments

    func run(_ context: Context) async throws -> Int32 {
        let selection = try JobSelection(typed.jobs)
        let view = try QueueView(context)
        let jobs = try view.jobs(selection) { view in
            let live = Set(view.jobs.map(\.number))
            let ended = view.store.history.jobs().jobs.reversed().filter { !live.contains($0.number) }
            return (view.jobs + ended).filter { [.failed, .cancelled].contains($0.state) && !$0.line.isIncomplete }
        }
        for job in jobs where [.failed, .cancelled].contains(job.state) && job.line.isIncomplete {
            throw Failure(
                .usage, "job \(job.number) cannot be run again from here.",
                why: "its line had a signed link or a secret, which is not kept.",
                hint: "give the link again: fetchctl add LINK; it goes on where the job was.")
        }
        view.worker.give(to: jobs.filter { [.failed, .cancelled].contains($0.state) })
        var last = view.store.lastPlace(of: view.jobs)
        for job in jobs {
            switch job.state {
            case .failed, .cancelled:
                try await QueueControl(store: view.store).retry(job, at: last)
                last = .after(last)
            case .done: Terminal.write("job \(job.number) is done.\n", to: 2)
            default: break
            }
        }
        view.startWorker(changed: jobs)
        return 0
    }
}
