import Queue
import Synchronization

/// The queue as the worker read it last. It is read again when a client says that it has changed, when a wish for a job that waits
/// is seen, and every few seconds, because commands on another machine cannot call.
final class QueueReader: Sendable {
    private struct State {
        var jobs: [JobRecord] = []
        var listed = ContinuousClock.now
        var isStale = true
    }

    private let store: QueueStore
    private let complaints: WorkerComplaints
    private let state = Mutex(State())

    /// Number of waiting jobs, from the front, whose wishes are read.
    private static let looksAhead = 100
    private static let listEvery = Duration.seconds(5)

    init(_ store: QueueStore, _ complaints: WorkerComplaints) {
        self.store = store
        self.complaints = complaints
    }

    /// In the queue's order.
    var jobs: [JobRecord] { state.withLock { $0.jobs } }

    func markStale() { state.withLock { $0.isStale = true } }

    /// Reads the queue where that is due.
    /// - Returns: whether it was read.
    func refresh() -> Bool {
        let isDue = state.withLock { state in
            defer { state.isStale = false }
            return state.isStale || ContinuousClock.now - state.listed > Self.listEvery
        }
        guard isDue else { return false }
        let listing = store.list()
        state.withLock { ($0.jobs, $0.listed) = (listing.jobs, .now) }
        for problem in listing.problems { complaints.warn(problem.message) }
        return true
    }

    /// Reads new wishes for the first waiting jobs.
    /// - Parameter running: jobs whose wishes are read elsewhere.
    func lookAhead(besides running: Set<JobNumber>) {
        let waiting = jobs.lazy.filter { !$0.isForeground && !running.contains($0.number) }.prefix(Self.looksAhead)
        for job in waiting {
            let isNew = store.wishes(job.number).contains { job.applied.tokens[$0.wish.kind] != $0.token }
            if isNew { markStale() }
        }
    }

    /// Whether a worker is needed, as the disk has it. What was read last answers for most moments: reading ten thousand records
    /// four times a second would cost a large part of a processor.
    var needsWorker: Bool { QueuePlan.needsWorker(jobs) || QueuePlan.needsWorker(store.list().jobs) }
}
