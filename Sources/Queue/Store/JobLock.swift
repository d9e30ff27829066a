import Events
package import FetchTypes
import JSONText
import Storage

/// The right to run a job and to change its facts. It is free again when the last reference goes, or the process does.
package final class JobLock: Sendable {
    package let number: JobNumber
    private let store: QueueStore
    private let lock: HeldLock

    init(_ number: JobNumber, _ store: QueueStore, _ lock: HeldLock) {
        self.number = number
        self.store = store
        self.lock = lock
    }

    /// The facts, without pending wishes; nil when the record is gone or cannot be read.
    package func read() -> JobRecord? {
        guard let bytes = QueueFile.contents(store.folder.record(number)), case .record(let record) = ReadRecord(bytes, number: number)
        else { return nil }
        return record
    }

    /// Writes the facts whole.
    /// - Parameter isSynced: whether they are on the disk when this returns.
    /// - Throws: ``Failure``; the older facts are untouched then.
    package func write(_ record: JobRecord, isSynced: Bool = true) throws(Failure) {
        precondition(record.number == number, "the lock is another job's")
        try store.saying { () throws(IOFault) in
            try QueueFile.replace(store.folder.record(number), with: Array((record.json.line + "\n").utf8), isSynced: isSynced)
        }
    }

    /// Writes how far the job is. A disk that is full costs the display, not the job.
    package func write(_ progress: JobProgress) {
        try? QueueFile.replace(store.folder.progress(number), with: Array(progress.json.line.utf8), isSynced: false)
    }

    /// Applies pending wishes to the facts, and writes the facts where a wish changed them.
    /// - Parameter record: the facts as they are now.
    /// - Returns: those that changed something.
    @discardableResult
    package func applyWishes(to record: inout JobRecord, at now: Moment) throws(Failure) -> [JobWish] {
        let before = record
        let new = record.apply(store.wishes(number), at: now)
        if record != before { try write(record) }
        return new
    }

    /// Moves an ended job, whose hook has been run, into the history. A crash on the way is made good by the next list.
    /// - Parameter isSynced: whether that is on the disk when this returns.
    /// - Throws: ``Failure``; the job is still in the queue then.
    package func finish(_ record: JobRecord, isSynced: Bool = true) throws(Failure) {
        precondition(record.state.isEnded && record.pendingHook == nil, "the job has not ended")
        // First, so that a job that has ended is never run again.
        try write(record, isSynced: isSynced)
        try store.history.append(record, isSynced: isSynced)
        removeFiles()
    }

    /// Takes the job out of the queue without a trace in the history.
    package func discard() {
        removeFiles()
        Disk.remove(store.folder.log(number))
    }

    /// Removes the files of a job whose record is in the history, or was moved away.
    func clearAway() { removeFiles() }

    private func removeFiles() {
        let folder = store.folder
        Disk.remove(folder.record(number))
        Disk.remove(folder.progress(number))
        for kind in JobWish.Kind.allCases { Disk.remove(folder.wish(kind, number)) }
        lock.removeFile()
    }
}
