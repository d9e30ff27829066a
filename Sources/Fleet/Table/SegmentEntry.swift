/// The coordinator's state of one segment.
struct SegmentEntry: Sendable, Equatable {
    /// A lease: the member fetches the segment from the origin.
    struct Claim: Sendable, Equatable {
        var rank: Int
        /// When the lease expires unless renewed, on the table's clock.
        var until: Duration
        /// Bytes per second.
        var rate = 0.0
        /// The member verifies the segment from an earlier run and does not fetch it.
        var isCheck = false
    }

    /// Hashes that a member reported and that are no longer used, or confirm the used ones.
    struct Vote: Sendable, Equatable {
        var rank: Int
        var hashes: PieceHashes
    }

    /// The claim of the member that fetches it, while it has no hashes.
    var claim: Claim?
    /// The claim of a member that fetches it again because it cannot get it from the others.
    var refetch: Claim?
    var hashes: PieceHashes?
    /// The member that reported the hashes.
    var hasher: Int?
    var owners: Set<Int> = []
    var votes: [Vote] = []

    /// The claims of members that fetch it from the origin now.
    var fetchers: [Claim] {
        // Every message counts them, and most segments have none.
        guard claim != nil || refetch != nil else { return [] }
        return [claim, refetch].compactMap { $0 }.filter { !$0.isCheck }
    }

    /// Whether this member has reported hashes of it.
    func hasHashes(from rank: Int) -> Bool { hasher == rank || votes.contains { $0.rank == rank } }

    /// Whether two members have fetched the same bytes.
    var isConfirmed: Bool { votes.contains { $0.rank != hasher && $0.hashes == hashes } }

    /// Whether members have fetched different bytes, and no two the same as the hashes in use.
    var isDisputed: Bool { hashes != nil && !isConfirmed && votes.contains { $0.hashes != hashes } }

    /// The members that reported other hashes than those in use, and did not report these too.
    var contradicted: Set<Int> {
        let agreeing = votes.filter { $0.hashes == hashes }.map(\.rank)
        return Set(votes.filter { $0.hashes != hashes }.map(\.rank)).subtracting(agreeing + [hasher].compactMap(\.self))
    }

    /// Keeps the current hashes as a vote.
    mutating func addVote() {
        guard let hashes, let hasher else { return }
        addVote(of: hasher, hashes)
    }

    mutating func addVote(of rank: Int, _ hashes: PieceHashes) {
        votes.append(Vote(rank: rank, hashes: hashes))
        // Each round adds one; more votes add no information.
        if votes.count > 8 { votes.removeFirst() }
    }
}
