import FetchTypes
import Queue

/// Records the end of a job, runs its hook, and adds it to the history.
struct JobFinisher: Sendable {
    let store: QueueStore
    let secrets: JobSecrets
    let complaints: WorkerComplaints
    /// Whether the worker is to end.
    let isStopping: @Sendable () -> Bool

    func finish(_ record: JobRecord, _ lock: JobLock) async {
        var record = record
        if record.state.isEnded {
            secrets.forget(record.number)
            if record.deletes {
                PartialRemoval.run(record)
                record.deletes = false
            }
        }
        await persist { () throws(Failure) in try lock.write(record) }
        if let words = record.pendingHook, !isStopping() {
            // Written down before it starts: a hook that a crash interrupts is not started a second time.
            record.isHookDone = true
            guard await persist({ () throws(Failure) in try lock.write(record) }) else { return }
            let log = store.folder.log(record.number)
            // A worker that ends leaves it to itself.
            if let complaint = await HookRunner(endsWithTask: false).run(words, for: record, log: log) {
                try? QueueFile.append("warning: \(complaint)", to: log)
            }
        }
        if record.state.isEnded, record.pendingHook == nil {
            await persist { () throws(Failure) in try lock.finish(record) }
        }
        withExtendedLifetime(lock) {}
    }

    /// A disk that is full now may have room later: a job that has ended is not run again only because its end could not be recorded.
    /// - Returns: false where it could not be written before the worker's end.
    @discardableResult
    private func persist(_ write: () throws(Failure) -> Void) async -> Bool {
        while true {
            do throws(Failure) {
                try write()
                return true
            } catch {
                complaints.report(error)
                if isStopping() { return false }
                guard (try? await Task.sleep(for: .seconds(1))) != nil else { return false }
            }
        }
    }
}
