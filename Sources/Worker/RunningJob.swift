import Curl
import FetchTypes
import Queue
import Synchronization

/// A job whose lock this process holds: its facts, and how it is stopped.
final class RunningJob: Sendable {
    /// Why a transfer is stopped besides by a wish, which is in the facts then.
    enum Stop { case window, quit }

    private struct State {
        var record: JobRecord
        var stop: Stop?
        var paths: [String] = []
        var work: Task<JobOutcome, Never>?
        /// Facts and progress are changed only by the end of the job.
        var isSettled = false
        var progressWritten = ContinuousClock.now
    }

    let number: JobNumber
    let lock: JobLock
    let limiter: RateLimiter
    let board: JobBoard
    private let state: Mutex<State>

    /// - Parameter limiter: the job's own ceiling, as the record has it.
    init(_ record: JobRecord, _ lock: JobLock, limiter: RateLimiter) {
        number = record.number
        self.lock = lock
        board = JobBoard(before: record.progress)
        self.limiter = limiter
        state = Mutex(State(record: record))
    }

    var record: JobRecord { state.withLock { $0.record } }

    func add(_ paths: [String]) { state.withLock { $0.paths += paths } }

    /// Runs the line until it ends or is stopped.
    func work(_ body: @escaping @Sendable () async -> JobOutcome) async -> JobOutcome {
        let work = Task { await body() }
        let isStopped = state.withLock { state in
            state.work = work
            return state.stop != nil || state.record.state != .running
        }
        if isStopped { work.cancel() }
        return await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
    }

    /// A job that was stopped by a wish runs again.
    /// - Returns: false where that is not wanted any more.
    func goOn() -> Bool {
        state.withLock { state in
            guard state.record.state == .queued else { return false }
            state.record.state = .running
            try? lock.write(state.record)
            return true
        }
    }

    func stop(_ why: Stop) {
        let work = state.withLock { state in
            state.stop = state.stop ?? why
            return state.work
        }
        work?.cancel()
    }

    /// Applies pending wishes to the facts, and carries them out.
    /// - Returns: whether its place in the queue has changed.
    func takeWishes(_ wishes: [WrittenWish]) -> Bool {
        let (order, work) = state.withLock { state -> (Bool, Task<JobOutcome, Never>?) in
            guard !state.isSettled else { return (false, nil) }
            let before = state.record
            let new = state.record.apply(wishes, at: .now)
            guard state.record != before else { return (false, nil) }
            // From here on other processes read these facts, not what is written beside them while it runs.
            if state.record.state != .running {
                state.record.progress = board.progress()
                state.record.progress.halt()
            }
            // What a full disk does not take counts here all the same, and is written with the next change.
            try? lock.write(state.record)
            for case .limit(let rate) in new { limiter.set(rate?.bytes) }
            return (state.record.order != before.order, state.record.state == .running ? nil : state.work)
        }
        work?.cancel()
        return order
    }

    /// Writes how far it is, where that has not been done for a while.
    func writeProgress() {
        state.withLock { state in
            guard !state.isSettled else { return }
            let progress = board.progress()
            // A large repo's list takes more time to write, and changes less.
            guard ContinuousClock.now - state.progressWritten >= .seconds(max(0.5, Double(progress.files.count) / 500)) else { return }
            state.progressWritten = .now
            lock.write(progress)
        }
    }

    /// The line has ended: the facts say what that means. From here on only the caller changes the job.
    func settle(_ outcome: JobOutcome) -> JobRecord {
        state.withLock { state in
            state.isSettled = true
            var record = state.record
            record.progress = board.progress(fetched: outcome.fetched)
            record.progress.halt()
            record.paths = state.paths
            let isStopped = state.stop != nil && outcome.failure?.kind == .interrupted
            switch record.state {
            case .running where isStopped: record.state = .queued
            case .running where outcome.code == 0: record.end(.done, code: 0, at: .now)
            case .running: record.end(.failed, code: outcome.code, at: .now, fault: outcome.failure.map { JobFault($0) })
            // Everything was there before the wish took effect.
            case .paused where outcome.code == 0, .queued where outcome.code == 0: record.end(.done, code: 0, at: .now)
            case .queued, .scheduled, .paused, .done, .failed, .cancelled: break
            }
            state.record = record
            return record
        }
    }
}
