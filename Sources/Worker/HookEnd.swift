import Synchronization

/// How a hook ended, for the one who waits: told once, by its end or by the waiting's.
final class HookEnd: Sendable {
    private enum State {
        case running
        case waited(CheckedContinuation<Int32?, Never>)
        /// Before anybody waited: the status of `waitpid`, nil where the command still runs and nobody waits for it.
        case told(Int32?)
        case over
    }

    private let state = Mutex(State.running)

    func wait(_ continuation: CheckedContinuation<Int32?, Never>) {
        let status = state.withLock { state -> Int32?? in
            guard case .told(let status) = state else {
                state = .waited(continuation)
                return nil
            }
            state = .over
            return .some(status)
        }
        if let status { continuation.resume(returning: status) }
    }

    /// Only the first call counts.
    func tell(_ status: Int32?) {
        let waiting = state.withLock { state -> CheckedContinuation<Int32?, Never>? in
            switch state {
            case .running: state = .told(status)
            case .waited(let continuation):
                state = .over
                return continuation
            case .told, .over: break
            }
            return nil
        }
        waiting?.resume(returning: status)
    }
}
