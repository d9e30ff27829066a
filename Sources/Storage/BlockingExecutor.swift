internal import Dispatch

/// Blocking work (hashing, syncing, waiting for a disk) away from the cooperative pool, which it would starve.
package enum BlockingExecutor {
    /// Runs the closure on a thread that may block. Cancellation does not interrupt it: give it small pieces.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
