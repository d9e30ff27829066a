import FetchTypes
import Synchronization

/// Says each complaint once: what is wrong now is mostly wrong a quarter of a second later too.
final class WorkerComplaints: Sendable {
    private let write: @Sendable (String) -> Void
    private let said = Mutex<Set<String>>([])

    init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    func warn(_ message: String) {
        if said.withLock({ $0.insert(message).inserted }) { write("warning: \(message)") }
    }

    func report(_ failure: Failure) {
        if said.withLock({ $0.insert(failure.message).inserted }) { write(failure.description) }
    }
}
