import Synchronization

/// The progress of one segment, written by its transfer and read by the member.
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

    /// - Parameter bytes: all bytes so far; a smaller number than before is ignored.
    func report(_ bytes: Int64) {
        state.withLock { state in
            guard bytes > state.bytes else { return }
            state.bytes = bytes
            state.changed = .now
        }
    }

    var bytes: Int64 { state.withLock { $0.bytes } }

    /// Bytes per second since the start.
    var rate: Double {
        state.withLock { state in
            let seconds = (ContinuousClock.now - state.started) / .seconds(1)
            return seconds > 0 ? Double(state.bytes) / seconds : 0
        }
    }

    /// The time since the last byte, or the start.
    var idleTime: Duration { state.withLock { .now - $0.changed } }
}
