import Synchronization

/// Tells results one by one and in the order of their requests, whatever the order in which they become known.
final class OrderedResults: Sendable {
    private struct State {
        var waiting: [Int: Batch.Result] = [:]
        var next = 0
        /// Some thread tells results: what others add meanwhile it tells too.
        var isTelling = false
    }

    private let state = Mutex(State())
    private let onResult: @Sendable (Int, Batch.Result) -> Void

    init(_ onResult: @escaping @Sendable (Int, Batch.Result) -> Void) { self.onResult = onResult }

    func tell(_ index: Int, _ result: Batch.Result) {
        let isMine = state.withLock { state in
            state.waiting[index] = result
            defer { state.isTelling = true }
            return !state.isTelling
        }
        guard isMine else { return }
        while let (index, result) = takeNext() { onResult(index, result) }
    }

    /// The next result, outside of the lock: telling it may take time.
    private func takeNext() -> (Int, Batch.Result)? {
        state.withLock { state in
            guard let result = state.waiting.removeValue(forKey: state.next) else {
                state.isTelling = false
                return nil
            }
            state.next += 1
            return (state.next - 1, result)
        }
    }
}
