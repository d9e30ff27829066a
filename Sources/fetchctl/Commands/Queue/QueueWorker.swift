import FetchTypes
import Queue

/// What commands ask of the worker.
struct QueueWorker {
    private let store: QueueStore
    private let context: Context

    init(_ store: QueueStore, _ context: Context) {
        self.store = store
        self.context = context
    }

    /// Makes sure that a worker runs and looks at the queue.
    func start() {}

    /// Makes sure that a worker runs where one of these jobs is for it.
    func start(for jobs: [JobRecord]) { if QueuePlan.needsWorker(jobs) { start() } }

    /// Gives the worker what of this command's environment must not be written down.
    func give(to jobs: [JobNumber]) {}
}
