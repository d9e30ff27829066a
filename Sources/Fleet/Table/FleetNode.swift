/// What the coordinator knows of one member.
struct FleetNode: Sendable, Equatable {
    var peer: FleetPeer
    /// The process: another one of the same rank is another node.
    var process: String
    /// Of the table's clock.
    var lastHeard: Duration
    /// Its user or its environment gave it its rank; else it may get another one.
    var isRankGiven = true
    var isGone = false
    var isExcluded = false
    var isDone = false
    var hasLeft = false
    var counts = FleetCounts()
    /// Bytes that earlier processes of this rank have fetched.
    var earlier = FleetCounts()

    var rank: Int { peer.rank }
    var lives: Bool { !isGone && !hasLeft }

    /// Takes over what another process of its rank has moved.
    mutating func add(_ old: FleetNode) {
        earlier.origin += old.counts.origin + old.earlier.origin
        earlier.peers += old.counts.peers + old.earlier.peers
        earlier.uploaded += old.counts.uploaded + old.earlier.uploaded
    }
}
