extension SegmentTable {
    /// Handles a member's report that it has the whole file.
    mutating func verified(_ index: Int, _ sha256: String, _ rank: Int) -> FleetReply {
        guard files.indices.contains(index), RequestStamp.bytes(sha256, count: 32) != nil else { return .malformed }
        let told = sha256.lowercased()
        guard let known = files[index].sha256 else {
            files[index].sha256 = told
            files[index].verifiedBy = [rank]
            return .agreed(true)
        }
        guard known == told else { return .agreed(false) }
        files[index].verifiedBy.insert(rank)
        if files[index].isPublished { excludeWrongHashers(of: index) }
        return .agreed(true)
    }

    /// The file is verified: a member that reported other hashes of its segments hashed wrong bytes.
    private mutating func excludeWrongHashers(of file: Int) {
        for segment in manifest.segments(of: file) where segment.files.count == 1 {
            guard let right = entries[segment.index].hashes else { continue }
            for vote in entries[segment.index].votes where vote.hashes != right { exclude(vote.rank) }
            entries[segment.index].votes = []
        }
    }

    private mutating func exclude(_ rank: Int) {
        guard let node = nodes[rank], !node.isExcluded else { return }
        nodes[rank]?.isExcluded = true
        freeClaims(of: rank)
        publish(.excluded(rank: rank))
        // Its other hashes are not trusted either, except those of files that a member has verified.
        for file in files.indices where files[file].verifiedBy.isEmpty {
            let its = manifest.segments(of: file).filter { $0.files.count == 1 && entries[$0.index].hasher == rank }
            if !its.isEmpty { void(its, of: file) }
        }
    }

    /// Handles a member's report that a file's bytes are wrong.
    mutating func bad(_ index: Int, _ round: Int, _ rank: Int) -> FleetReply {
        guard files.indices.contains(index), round >= 0 else { return .malformed }
        if files[index].isHopeless { return .bad(.hopeless) }
        // Another member has reported this round: the segments are void already.
        if round < files[index].round { return .bad(.again) }
        let others = files[index].verifiedBy.subtracting([rank])
        files[index].verifiedBy.remove(rank)
        if !others.isEmpty {
            for segment in manifest.segments(of: index) { entries[segment.index].owners.remove(rank) }
            return .bad(.yourOwn)
        }
        files[index].faults += 1
        if !files[index].isPublished { files[index].sha256 = nil }
        guard files[index].faults < Self.rounds else {
            files[index].isHopeless = true
            publish(.hopeless(file: index))
            return .bad(.hopeless)
        }
        let segments = manifest.segments(of: index)
        let hashers = Set(segments.compactMap { entries[$0.index].hasher })
        void(segments, of: index)
        // One member hashed the whole file, so it is at fault: it is excluded where others can fetch instead.
        if hashers.count == 1, let only = hashers.first, files[index].isPublished,
            aliveNodes.contains(where: { $0.rank != only && !$0.isExcluded })
        {
            exclude(only)
        }
        files[index].soleFetcher = hashers.count > 1 ? aliveNodes.filter { !$0.isExcluded }.map(\.rank).min() : nil
        return .bad(.again)
    }

    /// Makes segments of a file void, so that they are fetched again. Their hashes are kept as votes.
    private mutating func void(_ segments: [FleetSegment], of file: Int) {
        for segment in segments {
            entries[segment.index].addVote()
            entries[segment.index].hashes = nil
            entries[segment.index].hasher = nil
            entries[segment.index].owners = []
            entries[segment.index].claim = nil
            entries[segment.index].refetch = nil
        }
        files[file].round += 1
        publish(.void(segments: segments.map(\.index), file: file, round: files[file].round))
    }
}
