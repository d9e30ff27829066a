extension SegmentTable {
    /// Handles a request to join.
    mutating func join(_ join: FleetJoin, _ process: String, _ now: Duration) -> FleetReply {
        guard join.members == manifest.members else { return .turnedAway(.size) }
        guard join.digest == manifest.digest else { return .turnedAway(.manifest) }
        guard isReachable(join), isKnown(join.kept), areKnown(join.checking), areFiles(join.refused) else { return .malformed }
        let rank: Int
        switch assignRank(join, process) {
        case .success(let free): rank = free
        case .failure(let refusal): return .turnedAway(refusal.why)
        }
        let peer = FleetPeer(
            rank: rank, address: join.address, controlPort: join.controlPort, dataPort: join.dataPort, mark: join.mark)
        // A member with segments that are new here was with another coordinator, and the others of that one come next.
        if join.kept.contains(where: { entries[$0.segment].hashes == nil }) { holdClaims(now: now) }
        register(peer, process, now)
        nodes[rank]?.isRankGiven = join.isRankGiven
        nodes[rank]?.refused = Set(join.refused.joined())
        for kept in join.kept { keep(kept, rank) }
        for segment in Set(join.held) where entries.indices.contains(segment) && entries[segment].claim == nil {
            guard entries[segment].hashes == nil, nodes[rank]?.isExcluded != true else { continue }
            // A member keeps the segments that it is fetching.
            entries[segment].claim = SegmentEntry.Claim(rank: rank, until: now + Self.lease)
        }
        reserve(join.checking, rank, now)
        return .joined(rank: rank)
    }

    private func isReachable(_ join: FleetJoin) -> Bool {
        (1...65_535).contains(join.controlPort) && (0...65_535).contains(join.dataPort) && !join.address.isEmpty
            && join.address.utf8.count <= 45 && join.mark.utf8.count <= 64
            && join.address.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "."), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }

    /// Whether these are files of the manifest, each at most once.
    func areFiles(_ spans: [Range<Int>]) -> Bool {
        spans.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= files.count } && spans.reduce(0) { $0 + $1.count } <= files.count
    }

    private func isKnown(_ kept: [KeptSegment]) -> Bool {
        kept.allSatisfy { entries.indices.contains($0.segment) && $0.hashes.sha1.count == manifest.segments[$0.segment].pieces }
    }

    /// Handles a further segment of a member that has joined with others.
    mutating func kept(_ kept: KeptSegment, _ rank: Int) -> FleetReply {
        guard isKnown([kept]) else { return .malformed }
        keep(kept, rank)
        return entries[kept.segment].hashes == kept.hashes ? .taken : .dropped
    }

    /// Records a complete segment of a joining member, unless it contradicts the known hashes.
    private mutating func keep(_ kept: KeptSegment, _ rank: Int) {
        guard nodes[rank]?.isExcluded != true else { return }
        let index = kept.segment
        guard let hashes = entries[index].hashes else {
            entries[index].hashes = kept.hashes
            entries[index].hasher = kept.hasher.flatMap { (0..<manifest.members).contains($0) ? $0 : nil } ?? rank
            entries[index].owners = [rank]
            entries[index].claim = nil
            return publish(.have(segment: index, hashes: kept.hashes, keeper: rank))
        }
        if hashes == kept.hashes { _ = got([index], rank) }
    }

    func keeper(of index: Int) -> Int? { entries[index].owners.filter { nodes[$0]?.isAlive == true }.min() }

    mutating func freeClaims(of rank: Int) {
        freeSamples(of: rank)
        for index in entries.indices {
            if entries[index].claim?.rank == rank { entries[index].claim = nil }
            if entries[index].refetch?.rank == rank { entries[index].refetch = nil }
        }
    }

    /// Ends the claims of a member that is gone. Segments that no other member has are fetched again.
    mutating func release(_ rank: Int) {
        freeClaims(of: rank)
        var lost: [Int] = []
        for index in entries.indices where entries[index].owners.contains(rank) && entries[index].hashes != nil {
            if let other = keeper(of: index) {
                // Only bundles are requested from one particular member.
                guard manifest.segments[index].isBundle, let hashes = entries[index].hashes else { continue }
                publish(.have(segment: index, hashes: hashes, keeper: other))
            } else {
                entries[index].addVote()
                entries[index].hashes = nil
                entries[index].hasher = nil
                entries[index].owners = []
                for file in manifest.segments[index].files { files[file].suspects.remove(index) }
                lost.append(index)
            }
        }
        if !lost.isEmpty { publish(.lost(segments: lost)) }
    }
}
