extension SegmentTable {
    /// Grants the first segment of these files that no member has or fetches; where there is none, one whose member receives nothing, a
    /// piece to sample, or a segment to recheck.
    mutating func claim(_ wanted: Set<Int>, _ rank: Int, _ now: Duration) -> FleetReply {
        guard let node = nodes[rank], !node.isExcluded else { return .claimed(segment: nil) }
        let wanted = wanted.subtracting(node.refused)
        guard inHand(of: rank) + samples.count(where: { $0.claim?.rank == rank }) < allowance.share(of: aliveNodes.count) else {
            return .claimed(segment: nil)
        }
        let isOpen = claimsInHand < allowance.limit
        let free = isOpen ? entries.indices.first { entries[$0].claim == nil && mayFetch($0, wanted, rank) } : nil
        if let segment = free ?? stalledSegment(of: wanted, for: rank, now) {
            entries[segment].claim = SegmentEntry.Claim(rank: rank, until: now + Self.lease)
            return .claimed(segment: segment)
        }
        guard isOpen else { return .claimed(segment: nil) }
        if let sample = pieceToSample(of: wanted, for: rank, now) { return sample }
        guard let suspect = segmentToRecheck(of: wanted, for: rank, now) else { return .claimed(segment: nil) }
        entries[suspect].claim = SegmentEntry.Claim(rank: rank, until: now + Self.lease)
        return .recheck(segment: suspect)
    }

    /// Whether the member may fetch a segment of these files that no member has.
    func mayFetch(_ index: Int, _ wanted: Set<Int>, _ rank: Int) -> Bool {
        let entry = entries[index]
        guard entry.hashes == nil, manifest.segments[index].files.allSatisfy(wanted.contains),
            !manifest.segments[index].files.contains(where: { files[$0].isHopeless })
        else { return false }
        if let soleFetcher = soleFetcher(for: manifest.segments[index]) { return soleFetcher == rank }
        // A member whose hashes were discarded does not fetch it again while another member can.
        guard entry.votes.contains(where: { $0.rank == rank }) else { return true }
        return !fetchers(for: manifest.segments[index]).contains { $0.rank != rank }
    }

    /// The living members that may fetch the file for the others.
    func fetchers(of file: Int) -> [FleetNode] { manifest.segments(of: file).first.map { fetchers(for: $0) } ?? [] }

    /// The living members that may fetch the segment for the others. One that is done asks for no segment any more.
    func fetchers(for segment: FleetSegment) -> [FleetNode] { aliveNodes.filter { !$0.isDone && $0.fetchesForOthers(segment) } }

    /// The only member that may fetch the segment; nil: any member.
    private func soleFetcher(for segment: FleetSegment) -> Int? {
        segment.files.lazy.compactMap { file in files[file].soleFetcher }
            .first { nodes[$0].map { $0.isAlive && !$0.isDone && $0.fetchesForOthers(segment) } == true }
    }

    /// Renews the leases of a member's claims.
    mutating func renew(_ held: [HeldSegment], _ rank: Int, _ now: Duration) -> FleetReply {
        var lost: [Int] = []
        for it in held {
            guard entries.indices.contains(it.segment) else { return .malformed }
            let rate = it.rate.isFinite ? min(max(it.rate, 0), 1e15) : 0
            let claim = SegmentEntry.Claim(rank: rank, until: now + Self.lease, rate: rate)
            if it.isSample {
                // A member that samples a piece does not fetch the segment.
                if let place = heldSample(it.segment, rank) { samples[place].renew(claim) } else { lost.append(it.segment) }
            } else if entries[it.segment].claim?.rank == rank {
                entries[it.segment].claim = claim
            } else if entries[it.segment].refetch?.rank == rank {
                entries[it.segment].refetch = claim
            } else if entries[it.segment].claim == nil, entries[it.segment].hashes == nil, nodes[rank]?.isExcluded == false {
                // The lease expired, and no other member has claimed the segment.
                entries[it.segment].claim = claim
            } else {
                lost.append(it.segment)
            }
        }
        return .renewed(lost: lost, status: status)
    }

    /// Reserves segments that a member verifies, so that others do not fetch them from the origin. Transfers that have begun continue.
    mutating func reserve(_ spans: [Range<Int>], _ rank: Int, _ now: Duration) {
        guard nodes[rank]?.isExcluded == false else { return }
        for index in spans.joined() where entries[index].hashes == nil {
            if let claim = entries[index].claim, claim.rank != rank || !claim.isCheck { continue }
            entries[index].claim = SegmentEntry.Claim(rank: rank, until: now + Self.lease, isCheck: true)
        }
    }

    /// Whether these are segments of the manifest, each at most once.
    func areKnown(_ spans: [Range<Int>]) -> Bool {
        spans.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= entries.count }
            && spans.reduce(0) { $0 + $1.count } <= entries.count
    }

    /// Handles a member's report that it has a segment and its hashes.
    mutating func have(_ index: Int, _ hashes: PieceHashes, _ rank: Int) -> FleetReply {
        guard entries.indices.contains(index), hashes.sha1.count == manifest.segments[index].pieces else { return .malformed }
        let isRefetch = entries[index].refetch?.rank == rank
        let hadClaim = entries[index].claim?.rank == rank
        if isRefetch { entries[index].refetch = nil }
        if entries[index].claim?.rank == rank { entries[index].claim = nil }
        if nodes[rank]?.isExcluded == true {
            // It may keep bytes that equal the fleet's.
            return entries[index].hashes == hashes ? .taken : .dropped
        }
        if let reply = recheck(index, hashes, by: rank, hadClaim: hadClaim) { return reply }
        if let known = entries[index].hashes {
            if known == hashes { return got([index], rank) }
            // Two members fetched different bytes. The file's hash decides later; until then the member that was told to refetch counts.
            guard isRefetch else { return .dropped }
            entries[index].addVote()
        }
        entries[index].hashes = hashes
        entries[index].hasher = rank
        entries[index].owners = [rank]
        entries[index].claim = nil
        publish(.have(segment: index, hashes: hashes, keeper: rank))
        return .taken
    }

    /// Handles a member's report that it received segments from others.
    mutating func got(_ segments: [Int], _ rank: Int) -> FleetReply {
        guard segments.allSatisfy(entries.indices.contains) else { return .malformed }
        let news = segments.filter { entries[$0].hashes != nil && !entries[$0].owners.contains(rank) }
        for index in news { entries[index].owners.insert(rank) }
        if !news.isEmpty { publish(.got(segments: news, rank: rank)) }
        return .taken
    }

    /// Ends a member's claim of a segment that it could not fetch.
    mutating func returnSegment(_ index: Int, _ rank: Int, _ now: Duration, isRateLimited: Bool) -> FleetReply {
        guard entries.indices.contains(index) else { return .malformed }
        let inHand = claimsInHand
        if entries[index].claim?.rank == rank {
            entries[index].claim = nil
            // Rechecks do not wait for a member that cannot reach the origin.
            for file in manifest.segments[index].files where !isRateLimited && files[file].suspects.contains(index) {
                files[file].cutOff.insert(rank)
            }
        }
        if entries[index].refetch?.rank == rank { entries[index].refetch = nil }
        if isRateLimited { allowance.rateLimited(inHand: inHand, now: now) }
        return .taken
    }

    /// Permits one member at a time to fetch a segment from the origin again; the others then get it from that member.
    mutating func complain(_ index: Int, _ rank: Int, _ now: Duration) -> FleetReply {
        guard entries.indices.contains(index) else { return .malformed }
        let entry = entries[index]
        guard entry.hashes != nil, !entry.owners.contains(rank) else { return .refetch(false) }
        // An excluded member serves nobody, but may fetch for itself.
        if nodes[rank]?.isExcluded == true { return .refetch(true) }
        if let other = entry.refetch, other.rank != rank { return .refetch(false) }
        entries[index].refetch = SegmentEntry.Claim(rank: rank, until: now + Self.lease)
        return .refetch(true)
    }
}
