/// Decides what runs next. Pure functions, shared by the worker and the commands.
package enum QueuePlan {
    /// The jobs that may run now and do not, in order.
    package static func runnable(_ jobs: [JobRecord], at now: Moment, _ clock: LocalClock) -> [JobRecord] {
        jobs.filter { $0.state == .queued && !$0.isForeground && $0.mayRun(at: now, clock) }
    }

    /// Whether a worker has to run: a job waits for its turn or its time, or a hook has not run yet.
    package static func needsWorker(_ jobs: [JobRecord]) -> Bool {
        jobs.contains { !$0.isForeground && ($0.state == .queued || $0.pendingHook != nil) }
    }

    /// Whether a running job has to stop, because its daily window has closed.
    package static func hasToStop(_ job: JobRecord, at now: Moment, _ clock: LocalClock) -> Bool {
        job.state == .running && !job.isForeground && !(job.window?.contains(now, clock) ?? true)
    }

    /// When the first of the jobs whose time has not come may run; nil when there is none.
    package static func nextStart(_ jobs: [JobRecord], from now: Moment, _ clock: LocalClock) -> Moment? {
        jobs.filter { $0.state == .queued && !$0.isForeground && !$0.mayRun(at: now, clock) }.map { $0.nextStart(from: now, clock) }.min()
    }

    /// The key that moves a job to a place among the others.
    /// - Parameter jobs: of the queue, in order; the job may be among them.
    /// - Returns: nil when it is there already, or the job that it should precede is not.
    package static func key(for number: JobNumber, to place: JobPlace, among jobs: [JobRecord], last: OrderKey) -> OrderKey? {
        guard let own = jobs.firstIndex(where: { $0.number == number }) else { return nil }
        let others = jobs.filter { $0.number != number }.map(\.order)
        let target: Int
        switch place {
        case .first: target = 0
        case .last: target = others.count
        case .up: target = max(0, own - 1)
        case .down: target = min(others.count, own + 1)
        case .before(let other):
            guard let index = jobs.filter({ $0.number != number }).firstIndex(where: { $0.number == other }) else { return nil }
            target = index
        }
        if target == own { return nil }
        if target == others.count { return last }
        return target == 0 ? .before(others[0]) : .between(others[target - 1], others[target])
    }
}

/// The place to which `fetchctl move` moves a job.
package enum JobPlace: Sendable, Equatable {
    case first, last, up, down
    case before(JobNumber)
}
