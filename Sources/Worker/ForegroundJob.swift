package import Curl
package import Events
package import FetchKit
package import FetchTypes
package import Partials
package import Queue
import Storage
import Synchronization

/// A foreground `add` as a job of the queue, for as long as it runs: seen, paused, limited and cancelled from other processes.
package final class ForegroundJob: Sendable {
    private let job: RunningJob
    private let store: QueueStore
    /// One for each task that waits.
    private let (looking, pausing) = (Alarm(), Alarm())
    /// How the transfers ended last.
    private let kept = Mutex<Batch.Outcome?>(nil)

    package var number: JobNumber { job.number }

    /// Seconds between two reads of the wish files.
    private static let lookEvery = 0.25

    private init(_ job: RunningJob, _ store: QueueStore) {
        self.job = job
        self.store = store
    }

    /// Puts it into the queue, running.
    /// - Parameters:
    ///   - limiter: the ceiling of its transfers, which others may change.
    ///   - make: the record for a number.
    /// - Throws: ``Failure`` where the queue cannot be written: then it runs without one.
    package static func begin(
        _ store: QueueStore, limiter: RateLimiter, _ make: (JobNumber) -> JobRecord
    ) throws(Failure) -> ForegroundJob {
        let (record, lock) = try store.add(isSynced: false) { number in
            var record = make(number)
            record.isForeground = true
            record.state = .running
            record.started = .now
            record.pid = ThisProcess.pid
            return record
        }
        return ForegroundJob(RunningJob(record, lock, limiter: limiter), store)
    }

    /// Whether another process has paused it. An interruption does not end the job then.
    package var isPaused: Bool { [.paused, .queued].contains(job.record.state) }
    /// Whether another process has cancelled it.
    package var isCancelled: Bool { job.record.state == .cancelled }
    /// Whether what it leaves unfinished is removed.
    package var deletes: Bool { isCancelled && job.record.deletes }

    package func handle(_ event: Event) { job.board.handle(event) }
    package func add(_ paths: [String]) { job.add(paths) }
    package func note(_ tag: FileTag, partial: PartialNames) { job.board.note(tag, partial: partial) }

    /// Runs the transfers until they end, or are cancelled. Paused from elsewhere they stop, and run again when they may.
    /// - Parameter onPause: told when they stop for a while (true), and when they go on.
    package func run(
        _ body: @escaping @Sendable () async -> Batch.Outcome, onPause: @escaping @Sendable (Bool) -> Void
    ) async -> Batch.Outcome {
        await withTaskGroup(of: Void.self) { group in
            defer {
                group.cancelAll()
                looking.ring()
            }
            group.addTask { await self.attend() }
            var fetched: Int64 = 0
            while true {
                _ = await job.work {
                    let outcome = await body()
                    self.kept.withLock { $0 = outcome }
                    return JobOutcome(outcome)
                }
                guard var outcome = kept.withLock({ $0 }) else { preconditionFailure("a batch ends with an outcome") }
                fetched += outcome.summary.fetched
                outcome.summary.fetched = fetched
                guard isPaused, !Task.isCancelled, outcome.summary.code == ExitCode.interrupted.rawValue else { return outcome }
                onPause(true)
                job.board.setPaused(true)
                while job.record.state == .paused, !Task.isCancelled { await pausing.wait(Self.lookEvery) }
                guard !Task.isCancelled, job.goOn() else { return outcome }
                job.board.setPaused(false)
                onPause(false)
            }
        }
    }

    private func attend() async {
        while !Task.isCancelled {
            _ = job.takeWishes(store.wishes(job.number))
            job.writeProgress()
            await looking.wait(Self.lookEvery)
        }
    }

    /// Runs the job's hook and leaves the queue: into the history where anything was fetched, else without a trace.
    /// - Parameter runsHook: false where this process has to end at once.
    /// - Returns: what became of a hook that did not end with 0, in one sentence.
    package func end(_ outcome: Batch.Outcome, runsHook: Bool) async -> String? {
        var record = job.settle(JobOutcome(outcome))
        if !record.state.isEnded || record.code == outcome.summary.code && outcome.summary.code >= ExitCode.hungUp.rawValue {
            record.end(.cancelled, code: outcome.summary.code, at: .now)
        }
        if record.deletes {
            PartialRemoval.run(record)
            record.deletes = false
        }
        var complaint: String?
        if runsHook, let words = record.pendingHook {
            complaint = await HookRunner().run(words, for: record, log: store.folder.log(record.number))
        }
        record.isHookDone = true
        guard outcome.summary.fetched > 0 else {
            job.lock.discard()
            return complaint
        }
        do throws(Failure) { try job.lock.finish(record, isSynced: false) } catch { job.lock.discard() }
        return complaint
    }
}
