import Partials
import Storage

extension Partial {
    /// Another machine takes an owner for dead after a minute without one.
    private static let heartbeat = Duration.seconds(5)

    /// Shows other processes that this one works on the file, also while it waits, verifies or copies.
    /// - Throws: what the work throws; ``IOFault`` when another process has taken the partial over.
    func withHeartbeat<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask {
                while (try? await Task.sleep(for: Self.heartbeat)) != nil {
                    do { try await BlockingExecutor.run { try self.beat() } } catch {
                        // A disk that refuses the record refuses the data too, and that is where it is reported.
                        if self.isTaken { throw error }
                    }
                }
                return nil
            }
            while let result = try await group.next() { if let result { return result } }
            throw CancellationError()
        }
    }
}
