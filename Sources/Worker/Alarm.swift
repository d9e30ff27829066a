import Dispatch
import Synchronization

/// Lets one task wait for a time, or until ``ring()`` is called. Two tasks need one each: the second would replace the first.
final class Alarm: Sendable {
    private struct State {
        var waiting: CheckedContinuation<Void, Never>?
        /// Which wait that is.
        var turn = 0
        var isRung = false
    }
    private let state = Mutex(State())

    func ring() {
        let waiting = state.withLock { state in
            if state.waiting == nil { state.isRung = true }
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// Returns after that time, or at once where it has been rung since the last wait.
    func wait(_ seconds: Double) async {
        await withCheckedContinuation { continuation in
            let turn = state.withLock { state -> Int? in
                if state.isRung {
                    state.isRung = false
                    return nil
                }
                precondition(state.waiting == nil, "an alarm has one task that waits")
                state.turn += 1
                state.waiting = continuation
                return state.turn
            }
            guard let turn else { return continuation.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [self] in
                let waiting = state.withLock { $0.turn == turn ? $0.waiting.take() : nil }
                waiting?.resume()
            }
        }
    }
}
