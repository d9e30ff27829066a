import Synchronization

/// Hands events from the tasks of a fetch to the one that iterates. It is not cancelled with that one, which waits for the end.
final class FetchEventQueue: Sendable {
    enum Step: Sendable {
        case event(FetchEvent)
        case end(FetchError?)
    }

    private struct State {
        var events: [FetchEvent] = []
        /// Where the next one is.
        var first = 0
        var end: FetchError??
        var waiting: CheckedContinuation<Step, Never>?

        mutating func take() -> Step? {
            if first < events.count {
                let event = events[first]
                first += 1
                if first == events.count { (events, first) = ([], 0) }
                return .event(event)
            }
            return end.map { .end($0) }
        }
    }

    private let state = Mutex(State())

    func append(_ event: FetchEvent) { give { $0.events.append(event) } }

    /// - Parameter error: nil when everything that was asked for is there.
    func end(_ error: FetchError?) { give { $0.end = .some(error) } }

    private func give(_ change: (inout State) -> Void) {
        let resumed: (CheckedContinuation<Step, Never>, Step)? = state.withLock { state in
            change(&state)
            guard let waiting = state.waiting, let step = state.take() else { return nil }
            state.waiting = nil
            return (waiting, step)
        }
        if let (waiting, step) = resumed { waiting.resume(returning: step) }
    }

    /// One caller at a time: an iterator is used by one task.
    func next() async -> Step {
        await withCheckedContinuation { continuation in
            let step: Step? = state.withLock { state in
                if let step = state.take() { return step }
                state.waiting = continuation
                return nil
            }
            if let step { continuation.resume(returning: step) }
        }
    }
}
