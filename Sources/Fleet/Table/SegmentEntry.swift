/// What the coordinator knows of one segment.
struct SegmentEntry: Sendable, Equatable {
    /// A member fetches it from the origin.
    struct Claim: Sendable, Equatable {
        var rank: Int
        /// Of the table's clock: unless renewed, the segment is free from then on.
        var until: Duration
        /// Bytes per second.
        var rate = 0.0
        /// It is there from before and is being verified: the origin is not asked.
        var isCheck = false
    }

    /// Hashes that somebody has told and that do not count any more.
    struct Vote: Sendable, Equatable {
        var rank: Int
        var hashes: PieceHashes
    }

    /// Who fetches it, while it has no hashes.
    var claim: Claim?
    /// Who fetches it once more, because no other member's bytes get there.
    var refetch: Claim?
    var hashes: PieceHashes?
    /// Who told the hashes.
    var hasher: Int?
    var owners: Set<Int> = []
    var votes: [Vote] = []

    /// Who fetches it from the origin now.
    var fetchers: [Claim] { [claim, refetch].compactMap { $0 }.filter { !$0.isCheck } }

    mutating func addVote() {
        guard let hashes, let hasher else { return }
        votes.append(Vote(rank: hasher, hashes: hashes))
        // Each round adds one; more than these tell nothing new.
        if votes.count > 8 { votes.removeFirst() }
    }
}
