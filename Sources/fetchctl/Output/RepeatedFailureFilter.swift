import Events
import FetchTypes
import Synchronization

/// Remembers whether a failure is still the last thing that was shown: in a long output people read only the end.
final class RepeatedFailureFilter: Sendable {
    private let failure = Mutex<Failure?>(nil)
    private let verbose: Bool

    /// - Parameter verbose: as the display was told.
    init(verbose: Bool) { self.verbose = verbose }

    func note(_ event: Event) {
        failure.withLock { last in
            if case .failed(_, let failure, _) = event, failure.kind != .interrupted {
                last = failure
            } else if case .fleet = event {
                // One line of figures after it does not hide it.
            } else if EventWords.line(event, verbose: verbose) != nil {
                last = nil
            }
        }
    }

    /// A path or a line of another kind was shown.
    func noteOther() { failure.withLock { $0 = nil } }

    func isStill(_ other: Failure) -> Bool { failure.withLock { $0?.description } == other.description }
}
