import Events
package import FetchTypes
import JSONText
import Storage

extension QueueStore {
    /// Puts a job into the queue under the next number. Its lock is held before anybody can see it.
    /// - Parameters:
    ///   - isSynced: whether it is on the disk when this returns.
    ///   - make: the record for a number.
    /// - Returns: the record, and its lock; dropping the lock leaves the job to the worker.
    /// - Throws: ``Failure``: 78 where the queue cannot be written, 74 where the disk is full.
    package func add(isSynced: Bool = true, _ make: (JobNumber) -> JobRecord) throws(Failure) -> (record: JobRecord, lock: JobLock) {
        try prepare()
        // Held until the record is there: numbers are given out one by one.
        let numbers = try saying { () throws(IOFault) in try HeldLock.take(folder.highestLock, waits: true) }
        defer { withExtendedLifetime(numbers) {} }
        var last = highest()
        while true {
            guard let number = JobNumber(last + 1) else {
                throw Failure(
                    .config, "the queue in \(folder.path) has no numbers left.", hint: "remove \(folder.highest).")
            }
            // Kept first: a number that a crash leaves unused is skipped, never given out twice.
            try saying { () throws(IOFault) in
                try QueueFile.replace(folder.highest, with: Array("\(number)\n".utf8), isSynced: false)
            }
            let lockFile = try saying { () throws(IOFault) in try HeldLock.take(folder.lock(number)) }
            // Made once: what is returned is what was written.
            let record = make(number)
            if let lockFile, try create(record, isSynced: isSynced) { return (record, JobLock(number, self, lockFile)) }
            last = max(number.value, highestInUse())
        }
    }

    /// Puts an ended job back into the queue under its number, at the end.
    /// - Returns: false where it is in the queue already.
    package func restore(_ record: JobRecord) throws(Failure) -> Bool {
        try prepare()
        return try create(record, isSynced: true)
    }

    /// Puts a failed or cancelled job back into the queue. Where another process has done that, it stays so.
    /// - Parameter order: its place, see ``lastPlace(of:)``.
    /// - Returns: false where the process that ran it is still ending it: it can be put back afterwards.
    package func retry(_ ended: JobRecord, at order: OrderKey) throws(Failure) -> Bool {
        var job = ended
        job.requeue(order: order)
        if try restore(job) { return true }
        switch try lock(job.number) {
        case .taken(let lock):
            // It waits for its hook, or another process was quicker.
            guard let facts = lock.read(), [.failed, .cancelled].contains(facts.state) else { return true }
            try lock.write(job)
            return true
        case .held:
            guard case .record(let facts)? = facts(job.number) else { return false }
            return !facts.state.isEnded
        case .gone: return false
        }
    }

    private func create(_ record: JobRecord, isSynced: Bool) throws(Failure) -> Bool {
        let bytes = Array((record.json.line + "\n").utf8)
        return try saying { () throws(IOFault) in
            try QueueFile.create(folder.record(record.number), with: bytes, isSynced: isSynced)
        }
    }

    /// The highest number that was given out.
    private func highest() -> Int64 {
        let kept = QueueFile.contents(folder.highest, limit: 64).flatMap { bytes in
            JobNumber(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        }
        // The kept number may have been set back, with a backup for example. Names and the history's end tell that soon enough.
        let seen = max(highestName(), history.lastNumber)
        guard let kept, seen <= kept.value else { return max(seen, highestInUse()) }
        return kept.value
    }

    /// The highest number of a job that is in the queue, in the history, or set aside.
    private func highestInUse() -> Int64 { max(highestName(), history.highestNumber) }

    /// The highest number in a name of a record, a log, or a record that was set aside.
    private func highestName() -> Int64 { [folder.live, folder.logs, folder.damaged].map { LiveNames($0).highest }.max() ?? 0 }

    /// The key that moves a job to a place among those that have one: neither ended jobs nor jobs in the foreground do.
    /// - Returns: nil where it is there already.
    package func wish(moving number: JobNumber, to place: JobPlace, in listing: QueueListing) -> JobWish? {
        let places = listing.jobs.filter { !$0.isForeground && !$0.state.isEnded }
        return QueuePlan.key(for: number, to: place, among: places, last: lastPlace(of: places)).map { .place($0) }
    }

    /// A key behind all jobs that are in the queue, and before the next new one.
    package func lastPlace(of jobs: [JobRecord]) -> OrderKey {
        let key = JobNumber(highest()).map { OrderKey($0) }
        let last = (jobs.map(\.order) + (key.map { [$0] } ?? [])).max()
        return last.map { .after($0) } ?? OrderKey(JobNumber(clamping: 1))
    }
}
