import FetchTypes
import Queue
import Worker

/// What commands ask of the worker. Where it cannot be reached they print a warning, and the jobs stay in the queue.
struct QueueWorker {
    let store: QueueStore
    private let client: WorkerClient
    private let secrets: [String: String]
    /// Told what went wrong, with a line end.
    private let complain: @Sendable (PrintableText) -> Void

    init(
        _ store: QueueStore, _ context: Context, complain: @escaping @Sendable (PrintableText) -> Void = { Terminal.write($0, to: 2) }
    ) {
        self.store = store
        self.complain = complain
        client = WorkerClient(store.folder, environment: context.environment, version: Fetchctl.version)
        secrets = JobEnvironment.secrets(context.environment)
    }

    /// Makes sure that a worker runs and looks at the queue, where one of these jobs is for it.
    func start(for jobs: [JobRecord]) {
        if QueuePlan.needsWorker(jobs) { warning { () throws(Failure) in try client.start() } }
    }

    /// Gives the worker what of this command's environment jobs were added with and is not written down.
    /// - Parameter jobs: whose locks are held, or that do not run yet.
    func give(to jobs: [JobRecord]) {
        let needing = jobs.filter { !$0.line.secrets.isEmpty }.map(\.number)
        warning { () throws(Failure) in try client.give(secrets, to: needing) }
    }

    private func warning(_ work: () throws(Failure) -> Void) {
        do throws(Failure) { try work() } catch {
            complain("warning: \(error.message) \(error.why ?? "") \(error.hint ?? "")\n")
        }
    }
}
