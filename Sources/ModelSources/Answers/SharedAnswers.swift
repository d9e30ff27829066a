internal import FetchTypes
internal import Synchronization

/// Answers to the same question within one run: who asks first asks the service, and all others get that answer, while it is awaited
/// and afterwards.
final class SharedAnswers<Key: Hashable & Sendable, Answer: Sendable>: Sendable {
    private let asked = Mutex<[Key: Task<Answer, any Error>]>([:])

    /// - Parameters:
    ///   - keeps: whether an answer counts for later questions; false for a temporary refusal.
    ///   - isOld: whether an answer from before no longer counts.
    ///   - ask: asks the service.
    /// - Throws: what `ask` throws. A ``Failure`` is final and is kept; after any other error the next caller asks again.
    func answer(
        to key: Key, keeps: (Answer) -> Bool = { _ in true }, isOld: (Answer) -> Bool = { _ in false },
        by ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        while true {
            let (task, isOwn) = asked.withLock { asked -> (Task<Answer, any Error>, Bool) in
                if let task = asked[key] { return (task, false) }
                let task = Task { try await ask() }
                asked[key] = task
                return (task, true)
            }
            // A batch is cancelled as a whole.
            let result = await withTaskCancellationHandler {
                await task.result
            } onCancel: {
                task.cancel()
            }
            if case .success(let answer) = result, !isOwn, isOld(answer) {
                forget(task, of: key)
                continue
            }
            if !isKept(result, keeps) { forget(task, of: key) }
            return try result.get()
        }
    }

    private func forget(_ task: Task<Answer, any Error>, of key: Key) {
        asked.withLock { if $0[key] == task { $0[key] = nil } }
    }

    private func isKept(_ result: Result<Answer, any Error>, _ keeps: (Answer) -> Bool) -> Bool {
        switch result {
        case .success(let answer): keeps(answer)
        case .failure(let error): (error as? Failure).map { $0.kind != .interrupted } ?? false
        }
    }
}
