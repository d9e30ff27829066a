/// What happens to claims of members that renew them and receive nothing, because their line to the origin is cut.
extension SegmentTable {
    /// Another member may fetch a range whose member received no byte for this time.
    static let stallTimeout = Duration.seconds(5)
    /// The same for a bundle, whose progress is known file by file, and for a member whose own limit pauses its transfers.
    static let longStallTimeout = Duration.seconds(20)

    /// The number of segments that a member fetches, including those that another member has taken over from it.
    func inHand(of rank: Int) -> Int {
        entries.indices.count { index in
            let entry = entries[index]
            if entry.fetchers.contains(where: { $0.rank == rank }) { return true }
            // A member that received nothing gets no other segment until this one is complete.
            return entry.hashes == nil && entry.claim != nil && nodes[rank]?.held[index] != nil
        }
    }

    /// The first segment whose member receives nothing and that this member may fetch instead.
    func stalledSegment(of wanted: Set<Int>, for rank: Int, _ now: Duration) -> Int? {
        entries.indices.first { index in
            guard let claim = entries[index].claim, !claim.isCheck, claim.rank != rank, nodes[rank]?.held[index] == nil,
                let progress = nodes[claim.rank]?.held[index]
            else { return false }
            let isSlow = manifest.segments[index].isBundle || progress.isLimited
            let limit = isSlow ? Self.longStallTimeout : Self.stallTimeout
            return now - progress.since >= limit && mayFetch(index, wanted, rank)
        }
    }
}
