import FetchTypes
package import Queue
import Storage

extension Worker {
    /// How being the worker ended.
    package enum End: Sendable {
        /// There is nothing to do, or it was stopped.
        case worked
        /// Another one runs, and does not leave.
        case otherRuns(WorkerLease.Holder?)
    }

    /// Becomes the worker of a queue and works until there is nothing to do, or it is stopped. A worker that a person starts takes
    /// over from one that started by itself.
    /// - Parameters:
    ///   - make: makes the worker, once the queue is this process's.
    ///   - onReady: called when commands can reach it, or another one.
    /// - Throws: ``Failure`` where the queue cannot be written, and what `make` throws.
    package static func serve(
        _ store: QueueStore, version: String, foreground: Bool, onReady: () -> Void, _ make: () async throws -> Worker
    ) async throws -> End {
        var isReady = false
        defer { if !isReady { onReady() } }
        try store.prepare()
        while true {
            var lease = try await take(store, version: version, foreground: foreground)
            guard lease != nil else { return isReady ? .worked : .otherRuns(WorkerLease.holder(store.folder)) }
            let worker = try await make()
            let server = WorkerServer(store.folder.workerSocket) { worker.answer($0) }
            if !isReady { onReady() }
            isReady = true
            await worker.run()
            server?.stop()
            lease?.giveBack()
            lease = nil
            // A job that came while the lock was still held has found a worker, which was about to go.
            guard worker.setup.endsWhenIdle, !worker.isStopping, QueuePlan.needsWorker(store.list().jobs) else { return .worked }
        }
    }

    private static func take(_ store: QueueStore, version: String, foreground: Bool) async throws -> WorkerLease? {
        let folder = store.folder
        func tryIt() throws(Failure) -> WorkerLease? {
            do throws(IOFault) { return try WorkerLease.take(folder, version: version, foreground: foreground) } catch {
                throw store.failure(error)
            }
        }
        if let lease = try tryIt() { return lease }
        guard foreground else { return nil }
        let client = WorkerClient(folder, environment: [:], version: version)
        // It has two seconds to end; commands may start another one meanwhile.
        for _ in 0..<50 {
            if WorkerLease.holder(folder)?.foreground ?? false { return nil }
            _ = client.stopBackgroundWorker()
            try await Task.sleep(for: .milliseconds(100))
            if let lease = try tryIt() { return lease }
        }
        return nil
    }
}
