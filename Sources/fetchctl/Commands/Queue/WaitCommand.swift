import ArgumentParser
import FetchTypes
import Queue

/// `fetchctl wait`: until jobs have ended.
struct WaitCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until jobs have ended.",
        discussion: """
            Examples:
              fetchctl wait 7
              fetchctl wait all

            Standard output has the final paths, one a line. The exit code is that of the first job named that failed; a cancelled one \
            is 130.
            """)

    @OptionGroup var typed: JobArguments

    func run(_ context: Context) async throws -> Int32 {
        let selection = try JobSelection(typed.jobs)
        let view = try QueueView(context)
        let jobs = try view.jobs(selection) { $0.jobs.filter { !$0.state.isEnded } }
        view.worker.start(for: view.jobs)
        var code: Int32 = 0
        for job in jobs {
            guard let ended = try await end(of: job, view) else { throw view.unknown(job.number) }
            Terminal.write(OutputText(paths: ended.paths))
            if code == 0 { code = ended.code ?? 0 }
            if let fault = ended.fault {
                Terminal.write("job \(ended.number) \(ended.state.rawValue): \(fault.message)\n", to: 2)
            }
        }
        return code
    }

    /// - Returns: nil for a job that left the queue without an end: its process died, or it was removed.
    private func end(of job: JobRecord, _ view: QueueView) async throws -> JobRecord? {
        var told: JobFault?
        var looks = 0
        while true {
            if case .record(let facts)? = view.store.facts(job.number) {
                if facts.state.isEnded { return facts }
                if facts.state == .paused, let fault = facts.fault, fault != told {
                    told = fault
                    Terminal.write("job \(facts.number) is paused: \(fault.message)\n", to: 2)
                }
                if facts.isForeground, !view.store.isHeld(job.number) { _ = view.store.list() }
            } else if let ended = view.store.history.jobs([job.number])[job.number] {
                return ended
            } else if view.store.facts(job.number) == nil {
                return nil
            }
            looks += 1
            // The worker may be killed meanwhile.
            if looks % 20 == 0, let now = view.store.job(job.number) { view.worker.start(for: [now]) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
