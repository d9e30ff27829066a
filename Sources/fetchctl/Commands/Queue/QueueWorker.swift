import FetchTypes
import Queue
import Worker

/// What commands ask of the worker. Where it cannot be reached that is said, and the jobs stay in the queue.
struct QueueWorker {
    private let client: WorkerClient
    private let secrets: [String: String]

    init(_ store: QueueStore, _ context: Context) {
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
            Terminal.write("warning: \(error.message) \(error.why ?? "") \(error.hint ?? "")\n", to: 2)
        }
    }
}
