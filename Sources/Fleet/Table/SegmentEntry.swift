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

    /// Hashes that somebody has told, and that do not count any more or confirm those that do.
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

    /// Whether this member has told hashes of it.
    func hasHeard(_ rank: Int) -> Bool { hasher == rank || votes.contains { $0.rank == rank } }

    /// Whether two members have fetched the same bytes.
    var isConfirmed: Bool { votes.contains { $0.rank != hasher && $0.hashes == hashes } }

    /// What it has been so far does not count any more.
    mutating func addVote() {
        guard let hashes, let hasher else { return }
        addVote(of: hasher, hashes)
    }

    mutating func addVote(of rank: Int, _ hashes: PieceHashes) {
        votes.append(Vote(rank: rank, hashes: hashes))
        // Each round adds one; more than these tell nothing new.
        if votes.count > 8 { votes.removeFirst() }
    }
}
