extension SegmentTable {
    /// A member has the whole file and its hash.
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
        if files[index].isPublished { excludeLiars(of: index) }
        endDoubt(of: index)
        return .agreed(true)
    }

    /// Somebody has found the file right.
    private mutating func endDoubt(of file: Int) {
        files[file].doubted = []
        files[file].doubters = []
        guard files[file].isFoundWrong else { return }
        files[file].isFoundWrong = false
        // Who found it wrong has a damaged copy, and asks again.
        say(.right(file: file))
    }

    /// The file is whole and right: whose hashes of its segments were others has hashed wrong bytes.
    private mutating func excludeLiars(of file: Int) {
        for segment in manifest.segments(of: file) where segment.files.count == 1 {
            guard let right = entries[segment.index].hashes else { continue }
            for vote in entries[segment.index].votes where vote.hashes != right { exclude(vote.rank) }
            entries[segment.index].votes = []
        }
    }

    mutating func exclude(_ rank: Int) {
        guard let node = nodes[rank], !node.isExcluded else { return }
        nodes[rank]?.isExcluded = true
        freeClaims(of: rank)
        say(.excluded(rank: rank))
        // What else it hashed is not believed either, but for files that somebody has found right.
        for file in files.indices where files[file].verifiedBy.isEmpty {
            let its = manifest.segments(of: file).filter { $0.files.count == 1 && entries[$0.index].hasher == rank }
            if !its.isEmpty { void(its, of: file) }
        }
    }

    mutating func bad(_ index: Int, _ round: Int, _ rank: Int) -> FleetReply {
        guard files.indices.contains(index), round >= 0 else { return .malformed }
        if files[index].isHopeless { return .bad(.hopeless) }
        // Others have said so before, and its segments are void already.
        if round < files[index].round { return .bad(.again) }
        let others = files[index].verifiedBy.subtracting([rank])
        files[index].verifiedBy.remove(rank)
        if !others.isEmpty {
            for segment in manifest.segments(of: index) { entries[segment.index].owners.remove(rank) }
            return .bad(.yourOwn)
        }
        files[index].isFoundWrong = true
        files[index].doubters.insert(rank)
        if !files[index].doubted.isEmpty { return .bad(.again) }
        files[index].faults += 1
        if !files[index].isPublished { files[index].sha256 = nil }
        guard files[index].faults < Self.rounds else {
            files[index].isHopeless = true
            say(.hopeless(file: index))
            return .bad(.hopeless)
        }
        let hashers = Set(manifest.segments(of: index).compactMap { entries[$0.index].hasher })
        if hashers.count < 2 || !doubt(index) { refetch(index) }
        return .bad(.again)
    }

    /// Segments of a file are to be fetched again; what they were keeps as votes.
    mutating func void(_ segments: [FleetSegment], of file: Int) {
        for segment in segments {
            entries[segment.index].addVote()
            entries[segment.index].hashes = nil
            entries[segment.index].hasher = nil
            entries[segment.index].owners = []
            entries[segment.index].claim = nil
            entries[segment.index].refetch = nil
        }
        files[file].round += 1
        files[file].doubted = []
        files[file].doubters = []
        files[file].isFoundWrong = false
        say(.void(segments: segments.map(\.index), file: file, round: files[file].round))
    }
}
