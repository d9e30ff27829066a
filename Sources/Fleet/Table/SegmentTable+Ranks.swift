/// Assigns ranks: a configured rank belongs to its member, the other members get free ones.
extension SegmentTable {
    struct RankRefusal: Error {
        var why: FleetReply.Refusal
    }

    /// The rank of a process: the configured one, else the one that it has, else a free one.
    mutating func assignRank(_ join: FleetJoin, _ process: String) -> Result<Int, RankRefusal> {
        let own = nodes.values.first { $0.process == process }
        if let own, !join.isRankGiven || join.rank == own.rank { return .success(own.rank) }
        guard own == nil else { return .failure(RankRefusal(why: .rankTaken)) }
        guard let wanted = join.rank else { return freeRank() }
        guard (0..<manifest.members).contains(wanted) else { return .failure(RankRefusal(why: .size)) }
        guard let other = nodes[wanted], other.isAlive else { return .success(wanted) }
        guard join.isRankGiven else { return freeRank() }
        guard !other.isRankGiven else { return .failure(RankRefusal(why: .rankTaken)) }
        switch freeRank() {
        case .success(let free):
            move(wanted, to: free)
            return .success(wanted)
        case .failure(let refusal): return .failure(refusal)
        }
    }

    /// Prefers ranks that no member has had, because a member that is gone may return to its rank.
    private func freeRank() -> Result<Int, RankRefusal> {
        let ranks = 0..<manifest.members
        let free = ranks.first { nodes[$0] == nil } ?? ranks.first { nodes[$0]?.isAlive != true }
        return free.map { .success($0) } ?? .failure(RankRefusal(why: .full))
    }

    /// Moves a member without a configured rank to a free one, because another member is configured with its rank. It gets the new rank
    /// when it joins again.
    private mutating func move(_ rank: Int, to free: Int) {
        nodes[rank]?.isGone = true
        release(rank)
        guard var node = nodes.removeValue(forKey: rank) else { return }
        for index in entries.indices {
            entries[index].owners.remove(rank)
            if entries[index].hasher == rank { entries[index].hasher = free }
            for vote in entries[index].votes.indices where entries[index].votes[vote].rank == rank {
                entries[index].votes[vote].rank = free
            }
        }
        for place in samples.indices { samples[place].renumber(rank, to: free) }
        for index in files.indices {
            if files[index].verifiedBy.remove(rank) != nil { files[index].verifiedBy.insert(free) }
            if files[index].soleFetcher == rank { files[index].soleFetcher = free }
        }
        if let old = nodes[free] { node.add(old) }
        node.peer = FleetPeer(
            rank: free, address: node.peer.address, controlPort: node.peer.controlPort, dataPort: node.peer.dataPort,
            mark: node.peer.mark)
        nodes[free] = node
    }

    /// Adds a member, or a new process of its rank.
    mutating func register(_ peer: FleetPeer, _ process: String, _ now: Duration) {
        if let old = nodes[peer.rank], old.process == process {
            let isNews = old.peer != peer || !old.isAlive
            nodes[peer.rank]?.peer = peer
            nodes[peer.rank]?.isGone = false
            nodes[peer.rank]?.hasLeft = false
            nodes[peer.rank]?.lastHeard = now
            if isNews { publish(.member(peer)) }
            return
        }
        var node = FleetNode(peer: peer, process: process, lastHeard: now)
        if let old = nodes[peer.rank] {
            release(peer.rank)
            for index in entries.indices { entries[index].owners.remove(peer.rank) }
            for index in files.indices { files[index].verifiedBy.remove(peer.rank) }
            node.add(old)
            // A machine that hashed wrong bytes would do so again.
            node.isExcluded = old.isExcluded
        }
        nodes[peer.rank] = node
        publish(.member(peer))
    }
}
