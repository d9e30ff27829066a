import Synchronization

/// The shortest time between a request and the first byte of its answer that each host has shown in this run.
///
/// It is an upper bound of the round-trip time: what the host needs to compute an answer is in it.
final class RoundTripTable: Sendable {
    private struct State {
        var byHost: [String: Double] = [:]
        var shortest: Double?
    }
    private let state = Mutex(State())

    /// - Parameter seconds: from the end of the request to the first byte of the answer.
    func note(_ seconds: Double, host: String) {
        state.withLock { state in
            state.byHost[host] = min(state.byHost[host] ?? .infinity, seconds)
            state.shortest = min(state.shortest ?? .infinity, seconds)
        }
    }

    /// Seconds; of any host where this one has not answered yet; nil when none has.
    func estimate(for host: String) -> Double? { state.withLock { $0.byHost[host] ?? $0.shortest } }
}
