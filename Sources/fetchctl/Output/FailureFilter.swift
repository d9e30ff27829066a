import Events
import FetchTypes
import Synchronization

/// Lets each complaint about a reference through once: a gated repo refuses every one of its files with the same message.
final class FailureFilter: Sendable {
    private let said = Mutex<Set<String>>([])

    /// Whether the event is to be shown.
    func lets(_ event: Event) -> Bool {
        guard case .failed(let tag, let failure, _) = event, failure.kind != .interrupted else { return true }
        return said.withLock { $0.insert("\(tag.ref)\n\(failure)").inserted }
    }
}
