import FetchTypes
import Queue
import Worker

/// Carries out a request about a job: by the process that holds the job, or at once in its record where none does.
struct QueueControl {
    let store: QueueStore

    /// How long the process that holds a job has to answer. Seconds.
    private static let answerLimit = 2.0

    /// How long the process that ran a job may take to end it. Seconds.
    private static let longestEnd = 10.0

    /// The result of a request.
    enum Answer { case done, asked, ended }

    /// - Throws: ``Failure`` with exit code 78 where the queue cannot be written.
    func wish(_ wish: JobWish, for number: JobNumber) async throws -> Answer {
        let written = try store.wish(wish, for: number)
        let answer = try await poll(for: Self.answerLimit) { () -> Answer? in
            switch try store.lock(number) {
            case .gone: return .ended
            case .taken(let lock):
                guard let facts = lock.read() else { return .ended }
                try settle(facts, lock)
                return .done
            case .held:
                guard case .record(let facts)? = store.facts(number) else { return nil }
                return facts.applied.tokens[wish.kind] == written.token ? .done : nil
            }
        }
        return answer ?? .asked
    }

    /// Waits until the process that ran a cancelled job has removed its partials.
    /// - Returns: false where that takes longer than ``longestEnd``.
    func waitForRemoval(_ number: JobNumber) async throws -> Bool {
        let isReleased = try await poll(for: Self.longestEnd) { () -> Bool? in
            if case .record(let facts)? = store.facts(number), facts.deletes, store.isHeld(number) { return nil }
            return true
        }
        guard isReleased == true else { return false }
        // A process that died before removing them leaves them; the worker that is started now removes them.
        guard case .record(let facts)? = store.facts(number) else { return true }
        return !facts.deletes
    }

    /// Puts a failed or cancelled job back into the queue, once the process that ran it has recorded how it ended.
    /// - Throws: ``Failure``: 75 where that takes too long, 78 where the queue cannot be written.
    func retry(_ job: JobRecord, at place: OrderKey) async throws {
        let isQueued = try await poll(for: Self.longestEnd) { () -> Bool? in try store.retry(job, at: place) ? true : nil }
        guard isQueued == true else {
            throw Failure(
                .locked, "job \(job.number) is still being ended.", why: "its hook runs, or the worker does not go on.",
                hint: "try again later: fetchctl retry \(job.number)", code: .temporary)
        }
    }

    /// Checks every 15 ms, because no process reports a change of the queue's files to another.
    /// - Parameters:
    ///   - seconds: how long; it checks at least once.
    ///   - check: gives nil until there is a result.
    /// - Returns: the result; nil where there was none in that time.
    private func poll<Value>(for seconds: Double, _ check: () throws -> Value?) async throws -> Value? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let value = try check() { return value }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(15))
        }
    }

    /// Applies the requests to the record of a job that no process runs.
    private func settle(_ facts: JobRecord, _ lock: JobLock) throws(Failure) {
        var record = facts
        if record.state == .running {
            // The process that ran it has ended.
            record.progress = store.progress(record.number) ?? record.progress
            record.state = .queued
            record.progress.halt()
        }
        let wasEnded = record.state.isEnded
        record.apply(store.wishes(record.number), at: .now)
        if record.state.isEnded, !wasEnded {
            if record.deletes {
                PartialRemoval.run(record)
                record.deletes = false
            }
            if record.pendingHook == nil { return try lock.finish(record) }
        }
        if record != facts { try lock.write(record) }
    }
}
