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

    /// The bytes of a segment that it fetches.
    struct Progress: Sendable, Equatable {
        var bytes: Int64
        /// When the number of bytes last changed, on the table's clock.
        var since: Duration
        /// The member's rate is limited.
        var isLimited = false
    }
    /// The progress of the segments that it reported last.
    private(set) var held: [Int: Progress] = [:]

    var rank: Int { peer.rank }
    var isAlive: Bool { !isGone && !hasLeft }

    /// Whether it may fetch the segment from the origin, and others get it from here. A member without an aria2c fetches ranges for itself
    /// only.
    func fetchesForOthers(_ segment: FleetSegment) -> Bool {
        !isExcluded && (peer.dataPort > 0 || segment.isBundle) && refused.isDisjoint(with: segment.files)
    }

    /// Notes the progress of the segments that it fetches.
    mutating func note(_ segments: [HeldSegment], _ now: Duration) {
        let before = held
        held = [:]
        for it in segments where !it.isSample {
            // Fewer bytes than before: it has claimed the segment again and starts from zero.
            let since = before[it.segment].flatMap { $0.bytes == it.bytes ? $0.since : nil } ?? now
            held[it.segment] = Progress(bytes: it.bytes, since: since, isLimited: it.isLimited)
        }
    }

    /// Adds the bytes of another process of its rank.
    mutating func add(_ old: FleetNode) {
        earlier.origin += old.counts.origin + old.earlier.origin
        earlier.peers += old.counts.peers + old.earlier.peers
        earlier.uploaded += old.counts.uploaded + old.earlier.uploaded
    }
}
