import Curl
package import FetchTypes
package import Fleet
package import Server
import Synchronization
import Torrent

/// A BitTorrent tracker that gives this machine's aria2c the addresses of the other members, because aria2c accepts peers from a tracker
/// only. It listens on loopback, under a random path that only this process and its aria2c know.
///
/// The loopback address is of the same family as the member's address: aria2c binds every connection, the one to its tracker included, to
/// its interface, and cannot connect from an address of IPv6 to one of IPv4.
package final class Tracker: Sendable {
    private struct Known {
        /// The ranks of members that have the segment.
        var owners: Set<Int>
        /// The number of announces of the segment so far.
        var asked = 0
    }

    private struct State {
        var peers: [Int: AnnounceAnswer.Peer] = [:]
        var segments: [[UInt8]: Known] = [:]
    }

    private let state = Mutex(State())
    private let own: AnnounceAnswer.Peer?
    private let path: String

    /// - Parameters:
    ///   - interface: this member's numeric address.
    ///   - port: the port of its aria2c.
    package init(interface: String, port: UInt16) {
        own = IPAddress(numeric: interface).map { AnnounceAnswer.Peer(address: $0, port: port) }
        path = "/" + (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    }

    /// Answers announces until the server is stopped.
    /// - Returns: the server, and the tracker's URL for aria2c.
    package func start() async throws -> (HTTPServer, WebURL) {
        let isIPv6 = own?.address.bytes.count == 16
        let server = try await HTTPServer.start(host: isIPv6 ? "::1" : "127.0.0.1", port: 0) { [self] in answer($0) }
        guard let url = WebURL("http://\(isIPv6 ? "[::1]" : "127.0.0.1"):\(server.port)\(path)") else {
            throw ServerFault.failed("no address")
        }
        return (server, url)
    }

    /// Sets the reachable members; those without aria2c are left out.
    package func setMembers(_ members: [FleetPeer]) {
        var peers: [Int: AnnounceAnswer.Peer] = [:]
        for member in members {
            guard let address = IPAddress(numeric: member.address), let port = UInt16(exactly: member.dataPort), port > 0 else { continue }
            peers[member.rank] = AnnounceAnswer.Peer(address: address, port: port)
        }
        state.withLock { $0.peers = peers }
    }

    /// Adds a segment that is exchanged from now on.
    /// - Parameter owners: the ranks of members that are known to have it.
    package func add(_ infoHash: [UInt8], owners: Set<Int>) { state.withLock { $0.segments[infoHash] = Known(owners: owners) } }

    package func remove(_ infoHash: [UInt8]) { state.withLock { $0.segments[infoHash] = nil } }

    func answer(_ request: ServerRequest) -> ServerAnswer {
        guard request.method == "GET", request.path == path else { return .text("there is nothing here", status: 404) }
        guard let announce = request.query.flatMap({ Announce(query: $0) }) else {
            return ServerAnswer(body: AnnounceAnswer.failure("not an announce"))
        }
        return ServerAnswer(headers: [("Content-Type", "text/plain")], body: answer(announce))
    }

    private func answer(_ announce: Announce) -> [UInt8] {
        let peers = state.withLock { state -> [AnnounceAnswer.Peer]? in
            guard let known = state.segments[announce.infoHash] else { return nil }
            state.segments[announce.infoHash]?.asked += 1
            // A member without a rank yet dials all others.
            let rank = state.peers.first { $0.value == own }?.key ?? -1
            let rule = DialRule(rank: rank, isSeeder: announce.left == 0, owners: known.owners, asked: known.asked)
            var generator = SystemRandomNumberGenerator()
            return rule.ranks(of: state.peers.keys, using: &generator).compactMap { state.peers[$0] }
        }
        return peers.map { AnnounceAnswer.peers($0) } ?? AnnounceAnswer.failure("not a segment of this fleet")
    }
}
