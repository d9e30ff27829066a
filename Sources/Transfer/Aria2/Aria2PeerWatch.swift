import Aria2
import FetchTypes
import Partials
import Synchronization

/// Watches aria2c's connections while it works on a link that must not lead into a private network: it asks for the host's address
/// by itself, and may be told another one than we were.
final class Aria2PeerWatch: Sendable {
    /// What the jobs of one aria2c may reach: whose connection is whose cannot be seen.
    final class Reach: Sendable {
        private struct State {
            /// Ports at which some job may connect to an address of a private network.
            var ports: [Aria2GID: Int] = [:]
            var watched: Set<Aria2GID> = []
        }
        private let state = Mutex(State())

        /// A job begins that may reach private networks at this port.
        func begin(_ gid: Aria2GID, port: Int) { state.withLock { $0.ports[gid] = port } }

        /// A job begins that may not.
        func beginWatched(_ gid: Aria2GID) { _ = state.withLock { $0.watched.insert(gid) } }

        func end(_ gid: Aria2GID) {
            state.withLock { state in
                state.ports[gid] = nil
                state.watched.remove(gid)
            }
        }

        var watchedCount: Int { state.withLock { $0.watched.count } }

        /// Name servers, the way that is closed on purpose (``Curl/ProxySettings/nowhere``), and what other jobs may reach.
        func allows(_ peer: Aria2Peer) -> Bool {
            guard peer.address.isSpecialPurpose, peer.port != 53, peer != Self.nowhere else { return true }
            return state.withLock { $0.ports.values.contains(Int(peer.port)) }
        }

        private static let nowhere = Aria2Peer(address: IPAddress(ipv4: 0x7f00_0001), port: 1)
    }

    /// Until it has been seen to have a connection; then the other.
    private static let lookAtFirst = Duration.milliseconds(5)
    private static let lookEvery = Duration.seconds(1)

    private let daemon: Aria2Daemon
    private let reach: Reach
    private let host: String
    private let seen = Atomic(false)
    private let broken = Atomic(false)

    init(_ daemon: Aria2Daemon, _ reach: Reach, host: String) {
        self.daemon = daemon
        self.reach = reach
        self.host = host
    }

    /// Whether aria2c was seen to have a connection.
    var hasSeenPeers: Bool { seen.load(ordering: .relaxed) }

    /// Whether it was seen to have a connection to an address that it must not reach.
    var isBroken: Bool { broken.load(ordering: .relaxed) }

    /// Runs `work`, and ends it when aria2c connects to an address that it must not reach.
    /// - Throws: ``TransferFault``, and what `work` throws.
    func guarding<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                let result = try await work()
                // Connections may be kept open for another request: one that was quicker than all looks so far is seen now.
                try self.look()
                return result
            }
            group.addTask {
                try await self.watch()
                return nil
            }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Returns when the task is cancelled.
    private func watch() async throws {
        while !Task.isCancelled {
            try look()
            try? await Task.sleep(for: hasSeenPeers ? Self.lookEvery : Self.lookAtFirst)
        }
    }

    private func look() throws(TransferFault) {
        let peers = daemon.peers ?? []
        if peers.contains(where: { !reach.allows($0) }) {
            broken.store(true, ordering: .relaxed)
            throw fault
        }
        if peers.contains(where: { !$0.address.isSpecialPurpose }) { seen.store(true, ordering: .relaxed) }
    }

    /// With several jobs, whose connection it is cannot be told: each goes on by itself, where every address is looked at.
    private var fault: TransferFault {
        guard reach.watchedCount > 1 else {
            return .network(TransportFault(.forbiddenAddress, host: host, detail: "its name leads aria2c into a private network"))
        }
        return .engineLost("aria2c was led into a private network")
    }
}
