/// What the coordinator knows of one member.
struct FleetNode: Sendable, Equatable {
    var peer: FleetPeer
    /// The process: another one of the same rank is another node.
    var process: String
    /// Of the table's clock.
    var lastHeard: Duration
    var isGone = false
    var isExcluded = false
    var isDone = false
    var hasLeft = false
    var counts = FleetCounts()
    /// Bytes that earlier processes of this rank have fetched.
    var earlier = FleetCounts()

    var rank: Int { peer.rank }
    var lives: Bool { !isGone && !hasLeft }
}
