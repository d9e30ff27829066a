/// Bytes that a member has transferred so far.
package struct FleetCounts: Codable, Sendable, Equatable {
    /// From the origin.
    package var origin: Int64 = 0
    /// From other members.
    package var peers: Int64 = 0
    /// To other members.
    package var uploaded: Int64 = 0
    /// Bytes per second from other members, now.
    package var peerRate: Double = 0

    package init(origin: Int64 = 0, peers: Int64 = 0, uploaded: Int64 = 0, peerRate: Double = 0) {
        self.origin = origin
        self.peers = peers
        self.uploaded = uploaded
        self.peerRate = peerRate
    }

    /// The same with impossible numbers replaced by the nearest possible ones.
    var bounded: FleetCounts {
        func bytes(_ number: Int64) -> Int64 { min(max(number, 0), 1 << 50) }
        let rate = peerRate.isFinite ? min(max(peerRate, 0), 1e15) : 0
        return FleetCounts(origin: bytes(origin), peers: bytes(peers), uploaded: bytes(uploaded), peerRate: rate)
    }
}
