/// The coordinator's state of one member.
struct FleetNode: Sendable, Equatable {
    var peer: FleetPeer
    /// The random name of the process: another process of the same rank is another node.
    var process: String
    /// The time of its last message, on the table's clock.
    var lastHeard: Duration
    /// Its rank was configured by its user or environment; otherwise it may get another one.
    var isRankGiven = true
    var isGone = false
    var isExcluded = false
    /// Files that the origin does not give to it.
    var refused: Set<Int> = []
    var isDone = false
    var hasLeft = false
    var counts = FleetCounts()
    /// Bytes that earlier processes of this rank transferred.
    var earlier = FleetCounts()

    var rank: Int { peer.rank }
    var isAlive: Bool { !isGone && !hasLeft }

    /// Whether it may fetch ranges that others get from it. A member without an aria2c fetches them for itself only.
    var fetchesForOthers: Bool { !isExcluded && refused.isEmpty && peer.dataPort > 0 }

    /// Adds the bytes of another process of its rank.
    mutating func add(_ old: FleetNode) {
        earlier.origin += old.counts.origin + old.earlier.origin
        earlier.peers += old.counts.peers + old.earlier.peers
        earlier.uploaded += old.counts.uploaded + old.earlier.uploaded
    }
}
