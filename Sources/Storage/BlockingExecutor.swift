internal import Dispatch

/// Blocking work (hashing, syncing, waiting for a disk) away from the cooperative pool, which it would starve.
package enum BlockingExecutor {
    /// Runs the closure on a thread that may block. Cancellation does not interrupt it: give it small pieces.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        // A task's own values do not reach other threads by themselves.
        let folderAndUmask = FolderAndUmask.current
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try FolderAndUmask.$current.withValue(folderAndUmask, operation: work) })
            }
        }
    }

    /// Runs tasks that block now and then (write, sync, rename) on Dispatch's threads, which grow in number while some of them
    /// block: dozens of small files at once would otherwise hold every thread of the cooperative pool.
    package static let forTasks = Threads()

    package final class Threads: TaskExecutor {
        private let queue = DispatchQueue(label: "fetchctl.files", attributes: .concurrent)

        package func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}
