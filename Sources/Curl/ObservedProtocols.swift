import FetchTypes
import Synchronization

/// Which https servers have answered over HTTP/2 in this run, and who uses the connections that were opened for small answers.
final class ObservedProtocols: Sendable {
    private struct State {
        var multiplexing: Set<Origin> = []
        var single: Set<Origin> = []
        /// A large file's requests go over the connection kept for them.
        var inUse: Set<Origin> = []
    }
    private let state = Mutex(State())

    /// - Parameter multiplexes: whether it answered over HTTP/2, having been free to.
    func note(_ origin: Origin, multiplexes: Bool) {
        state.withLock { state in _ = multiplexes ? state.multiplexing.insert(origin) : state.single.insert(origin) }
    }

    /// At least one server has answered, and all of them over HTTP/2.
    var allMultiplex: Bool { state.withLock { !$0.multiplexing.isEmpty && $0.single.isEmpty } }

    /// Takes the connection that a small answer has left open for a large file: one at a time, because all streams of a connection
    /// share its rate.
    /// - Returns: false where there is none, or another file has it; else ``release(_:)`` is owed.
    func claim(_ origin: Origin) -> Bool {
        state.withLock { state in
            guard state.multiplexing.contains(origin) || state.single.contains(origin) else { return false }
            return state.inUse.insert(origin).inserted
        }
    }

    func release(_ origin: Origin) { state.withLock { _ = $0.inUse.remove(origin) } }
}
