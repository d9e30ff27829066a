import ArgumentParser
import FetchTypes
import Queue

/// A command that wants something of jobs.
struct JobArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("The job's number, several numbers, or all.", valueName: "job"))
    var jobs: [String] = []
}

/// What `pause`, `resume`, `cancel`, `limit` and `move` have in common.
struct JobControl {
    /// Makes the wish of each job come true, says what is not so yet, and starts the worker where there is work.
    /// - Parameters:
    ///   - wishes: for each job.
    ///   - before: called first, with the jobs that have not ended.
    /// - Returns: the exit code.
    static func run(
        _ view: QueueView, _ jobs: [JobRecord], _ wish: (JobRecord) -> JobWish?, before: ([JobRecord]) -> Void = { _ in }
    ) async throws -> Int32 {
        let control = QueueControl(store: view.store)
        let open = jobs.filter { !$0.state.isEnded }
        before(open)
        var deleting: [JobNumber] = []
        for job in jobs {
            guard !job.state.isEnded else {
                Terminal.write("job \(job.number) has ended (\(job.state.rawValue)).\n", to: 2)
                continue
            }
            guard let wish = wish(job) else { continue }
            if case .cancel(deletes: true) = wish { deleting.append(job.number) }
            switch try await control.wish(wish, for: job.number) {
            case .done: break
            case .ended: Terminal.write("job \(job.number) has ended.\n", to: 2)
            case .asked: Terminal.write("job \(job.number) was asked, and its process has not answered yet.\n", to: 2)
            }
        }
        view.startWorker(changed: jobs)
        // After all have been asked: they end side by side.
        for number in deleting {
            if try await control.waitForRemoval(number) { continue }
            Terminal.write("job \(number) is cancelled; its process still removes what is unfinished.\n", to: 2)
        }
        return 0
    }
}
