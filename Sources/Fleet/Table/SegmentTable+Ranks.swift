/// Who has which rank: one that was given to a member is its own, the others get free ones.
extension SegmentTable {
    struct NoPlace: Error {
        var why: FleetReply.Refusal
    }

    /// The rank that a process gets: the one that it was given, else the one that it has, else a free one.
    mutating func place(_ join: FleetJoin, _ process: String) -> Result<Int, NoPlace> {
        let own = nodes.values.first { $0.process == process }
        if let own, !join.isRankGiven || join.rank == own.rank { return .success(own.rank) }
        guard own == nil else { return .failure(NoPlace(why: .rankTaken)) }
        guard let wanted = join.rank else { return freeRank() }
        guard (0..<manifest.members).contains(wanted) else { return .failure(NoPlace(why: .size)) }
        guard let other = nodes[wanted], other.lives else { return .success(wanted) }
        guard join.isRankGiven else { return freeRank() }
        guard !other.isRankGiven else { return .failure(NoPlace(why: .rankTaken)) }
        switch freeRank() {
        case .success(let free):
            move(wanted, to: free)
            return .success(wanted)
        case .failure(let refusal): return .failure(refusal)
        }
    }

    /// Ranks that no member has had come first: a member that is gone may come back to its own.
    private func freeRank() -> Result<Int, NoPlace> {
        let ranks = 0..<manifest.members
        let free = ranks.first { nodes[$0] == nil } ?? ranks.first { nodes[$0]?.lives != true }
        return free.map { .success($0) } ?? .failure(NoPlace(why: .full))
    }

    /// Another member was given the rank of one that may have any. That one is told to join again, and finds its new rank then.
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
        for index in files.indices {
            if files[index].verifiedBy.remove(rank) != nil { files[index].verifiedBy.insert(free) }
            if files[index].sole == rank { files[index].sole = free }
        }
        if let old = nodes[free] { node.add(old) }
        node.peer = FleetPeer(
            rank: free, address: node.peer.address, controlPort: node.peer.controlPort, dataPort: node.peer.dataPort,
            mark: node.peer.mark)
        nodes[free] = node
    }

    mutating func seat(_ peer: FleetPeer, _ process: String, _ now: Duration) {
        if let old = nodes[peer.rank], old.process == process {
            let isNews = old.peer != peer || !old.lives
            nodes[peer.rank]?.peer = peer
            nodes[peer.rank]?.isGone = false
            nodes[peer.rank]?.hasLeft = false
            nodes[peer.rank]?.lastHeard = now
            if isNews { say(.member(peer)) }
            return
        }
        var node = FleetNode(peer: peer, process: process, lastHeard: now)
        if let old = nodes[peer.rank] {
            release(peer.rank)
            for index in entries.indices { entries[index].owners.remove(peer.rank) }
            for index in files.indices { files[index].verifiedBy.remove(peer.rank) }
            node.add(old)
            // A machine that hashed wrong bytes does so again.
            node.isExcluded = old.isExcluded
        }
        nodes[peer.rank] = node
        say(.member(peer))
    }
}
