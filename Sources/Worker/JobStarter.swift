import Curl
import FetchKit
import FetchTypes
import Queue
import Storage
import Synchronization

/// Starts waiting jobs: takes the lock, applies pending wishes, and gets the secrets that the job needs.
final class JobStarter: Sendable {
    private let setup: Worker.Setup
    private let secrets: JobSecrets
    private let reader: QueueReader
    private let complaints: WorkerComplaints
    /// Until when no job is started, because facts could not be written.
    private let heldOffUntil = Mutex<ContinuousClock.Instant?>(nil)

    init(_ setup: Worker.Setup, secrets: JobSecrets, reader: QueueReader, complaints: WorkerComplaints) {
        self.setup = setup
        self.secrets = secrets
        self.reader = reader
        self.complaints = complaints
    }

    /// Whether facts could not be written a moment ago.
    var isHeldOff: Bool { heldOffUntil.withLock { $0.map { ContinuousClock.now < $0 } ?? false } }

    /// - Returns: nil where the job is not to run now after all.
    func start(_ number: JobNumber) -> RunningJob? {
        do throws(Failure) {
            guard case .taken(let lock) = try setup.store.lock(number), var record = lock.read() else { return nil }
            if record.state == .running {
                // The process that ran it has died.
                record.state = .queued
                record.progress = setup.store.progress(number) ?? record.progress
                record.progress.halt()
            }
            try lock.applyWishes(to: &record, at: Moment.now)
            guard record.state == .queued, !record.isForeground, record.mayRun(at: Moment.now, setup.clock) else {
                // What was read before is out of date.
                reader.markStale()
                return nil
            }
            guard secrets.values(for: number, needed: record.line.secrets) != nil else {
                record.state = .paused
                record.fault = Self.lostSecrets(record)
                try lock.write(record)
                setup.say("job \(number): paused, because its token was not kept")
                reader.markStale()
                return nil
            }
            record.state = .running
            record.started = record.started ?? Moment.now
            record.pid = ThisProcess.pid
            record.fault = nil
            try lock.write(record)
            let limiter = RateLimiter(bytesPerSecond: record.limitRate?.bytes, within: setup.runtime.limiter)
            return RunningJob(record, lock, limiter: limiter)
        } catch {
            heldOffUntil.withLock { $0 = .now + .seconds(5) }
            complaints.report(error)
            return nil
        }
    }

    private static func lostSecrets(_ record: JobRecord) -> JobFault {
        JobFault(
            .needsLogin, "the job waits for \(record.line.secrets.joined(separator: ", ")), which it was added with.",
            why: "tokens are kept in the worker's memory only, and that worker has ended.",
            hint: "where the variable is set: fetchctl resume \(record.number)")
    }
}
