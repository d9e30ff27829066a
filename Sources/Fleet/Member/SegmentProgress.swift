import Synchronization

/// How far one segment is: told by whoever moves its bytes, read by the member.
final class SegmentProgress: Sendable {
    private struct State {
        var bytes: Int64 = 0
        var changed: ContinuousClock.Instant
        var started: ContinuousClock.Instant
    }
    private let state: Mutex<State>

    init() {
        let now = ContinuousClock.now
        state = Mutex(State(changed: now, started: now))
    }

    /// - Parameter bytes: all so far; fewer than before are not believed.
    func report(_ bytes: Int64) {
        state.withLock { state in
            guard bytes > state.bytes else { return }
            state.bytes = bytes
            state.changed = .now
        }
    }

    var bytes: Int64 { state.withLock { $0.bytes } }

    /// Bytes per second since the beginning.
    var rate: Double {
        state.withLock { state in
            let seconds = (ContinuousClock.now - state.started) / .seconds(1)
            return seconds > 0 ? Double(state.bytes) / seconds : 0
        }
    }

    /// Since the last byte, or the beginning.
    var silence: Duration { state.withLock { .now - $0.changed } }
}
