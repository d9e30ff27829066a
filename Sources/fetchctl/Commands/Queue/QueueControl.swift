import FetchTypes
import Queue
import Worker

/// Applies a wish to a job: the process that holds the job is told; where none does, the facts are written by this command.
struct QueueControl {
    let store: QueueStore

    /// How long whoever holds a job has to answer. Seconds.
    private static let answerLimit = 2.0

    /// How long whoever ran a job may take to end it. Seconds.
    private static let longestEnd = 10.0

    /// What became of a wish.
    enum Answer { case done, asked, ended }

    /// - Throws: ``Failure`` with exit code 78 where the queue cannot be written.
    func wish(_ wish: JobWish, for number: JobNumber) async throws -> Answer {
        let written = try store.wish(wish, for: number)
        let deadline = ContinuousClock.now + .seconds(Self.answerLimit)
        while true {
            switch try store.lock(number) {
            case .gone: return .ended
            case .taken(let lock):
                guard let facts = lock.read() else { return .ended }
                try settle(facts, lock)
                return .done
            case .held:
                if case .record(let facts)? = store.facts(number), facts.applied.tokens[wish.kind] == written.token { return .done }
            }
            if ContinuousClock.now > deadline { return .asked }
            // Its holder looks every quarter of a second; nothing tells us when it has.
            try await Task.sleep(for: .milliseconds(15))
        }
    }

    /// Waits until the process that ran a cancelled job has removed its partials.
    /// - Returns: false where that takes longer than ``longestEnd``.
    func waitForRemoval(_ number: JobNumber) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(Self.longestEnd)
        while case .record(let facts)? = store.facts(number), facts.deletes, store.isHeld(number) {
            guard ContinuousClock.now < deadline else { return false }
            // Nothing tells us when they are gone.
            try await Task.sleep(for: .milliseconds(15))
        }
        // One whose process died on the way has them still; the worker that is started now removes them.
        guard case .record(let facts)? = store.facts(number) else { return true }
        return !facts.deletes
    }

    /// Puts a failed or cancelled job back into the queue, when whoever ran it has written down how it ended.
    /// - Throws: ``Failure``: 75 where that takes too long, 78 where the queue cannot be written.
    func retry(_ job: JobRecord, at place: OrderKey) async throws {
        let deadline = ContinuousClock.now + .seconds(Self.longestEnd)
        while try !store.retry(job, at: place) {
            guard ContinuousClock.now < deadline else {
                throw Failure(
                    .locked, "job \(job.number) is still being ended.", why: "its hook runs, or the worker does not go on.",
                    hint: "try again later: fetchctl retry \(job.number)", code: .temporary)
            }
            // Nothing tells us when it has been ended.
            try await Task.sleep(for: .milliseconds(15))
        }
    }

    /// Applies the wishes to the facts of a job that no process runs.
    private func settle(_ facts: JobRecord, _ lock: JobLock) throws(Failure) {
        var record = facts
        if record.state == .running {
            // Its holder has gone.
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
