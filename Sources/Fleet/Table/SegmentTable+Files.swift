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
        endRechecks(of: index)
        return .agreed(true)
    }

    /// A member has verified the file: no segment is rechecked any more.
    private mutating func endRechecks(of file: Int) {
        files[file].suspects = []
        files[file].reporters = []
        files[file].contradicted = []
        guard files[file].isReportedWrong else { return }
        files[file].isReportedWrong = false
        // A member that reported it as wrong has a damaged copy, and reports it again.
        publish(.right(file: file))
    }

    /// The file is verified: a member that reported other hashes of its segments hashed wrong bytes.
    private mutating func excludeWrongHashers(of file: Int) {
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
        let round = files[index].round
        let contradicted = files[index].contradicted
        files[index].contradicted = []
        for member in contradicted { exclude(member) }
        // The segments that they hashed are void now.
        if files[index].round != round { return .bad(.again) }
        files[index].isReportedWrong = true
        files[index].reporters.insert(rank)
        if !files[index].suspects.isEmpty { return .bad(.again) }
        files[index].faults += 1
        if !files[index].isPublished { files[index].sha256 = nil }
        guard files[index].faults < Self.rounds else {
            files[index].isHopeless = true
            publish(.hopeless(file: index))
            return .bad(.hopeless)
        }
        let hashers = Set(manifest.segments(of: index).compactMap { entries[$0.index].hasher })
        if hashers.count > 1, startRechecks(of: index) {
            startSampling(of: index)
        } else {
            refetch(index)
        }
        return .bad(.again)
    }

    /// Makes segments of a file void, so that they are fetched again. Their hashes are kept as votes.
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
        files[file].suspects = []
        files[file].reporters = []
        files[file].isReportedWrong = false
        publish(.void(segments: segments.map(\.index), file: file, round: files[file].round))
    }
}
