/// A file is wrong, and several members hashed its segments: which segment it is cannot be known from the file's hash. Each segment is
/// fetched from the origin once more, by another member than the one that hashed it, until hashes differ. Only that segment is then
/// exchanged again; on average half of the file comes twice.
extension SegmentTable {
    /// After so many answers that differ, another one decides nothing.
    private static let answersAllowed = 4

    /// Begins to look at the segments of a file that two members have not hashed alike.
    /// - Returns: false where there is none, or nobody else to look.
    mutating func doubt(_ file: Int) -> Bool {
        guard living.filter({ !$0.isExcluded }).count > 1 else { return false }
        let open = manifest.segments(of: file).map(\.index).filter { index in
            entries[index].hashes != nil && !entries[index].isConfirmed && entries[index].votes.count + 1 < Self.answersAllowed
        }
        files[file].doubted = Set(open)
        return !open.isEmpty
    }

    /// A doubted segment of these files that this member may look at: one that it has not hashed, else one that no other member who
    /// waits for the file can look at.
    func doubtedSegment(of wanted: Set<Int>, for rank: Int) -> Int? {
        for file in wanted.sorted() where files.indices.contains(file) && !files[file].doubted.isEmpty {
            let free = files[file].doubted.sorted().filter { entries[$0].claim == nil }
            if let index = free.first(where: { !entries[$0].hasHeard(rank) }) { return index }
            let waiting = living.map(\.rank).filter { files[file].doubters.contains($0) && nodes[$0]?.isExcluded == false }
            if let index = free.first(where: { index in waiting.allSatisfy { entries[index].hasHeard($0) } }) { return index }
        }
        return nil
    }

    /// A member has fetched a doubted segment from the origin.
    /// - Returns: nil where it is not doubted, or was not this member's to look at.
    mutating func recheck(_ index: Int, _ hashes: PieceHashes, by rank: Int, hadClaim: Bool) -> FleetReply? {
        let file = manifest.segments[index].files.lowerBound
        guard hadClaim, let known = entries[index].hashes, files[file].doubted.remove(index) != nil else { return nil }
        if known == hashes {
            entries[index].addVote(of: rank, hashes)
            _ = got([index], rank)
        } else {
            entries[index].addVote()
            entries[index].hashes = hashes
            entries[index].hasher = rank
            entries[index].owners = [rank]
            files[file].round += 1
            files[file].isFoundWrong = false
            say(.replaced(segment: index, hashes: hashes, keeper: rank, file: file, round: files[file].round))
        }
        // Nothing better is to come of this, and members wait for it.
        if files[file].doubted.isEmpty, files[file].isFoundWrong, !doubt(file) { refetch(file) }
        return .taken
    }

    /// All segments of a file are void. One member alone fetches it: if it is right then, whoever told other hashes is excluded.
    mutating func refetch(_ file: Int) {
        let segments = manifest.segments(of: file)
        let hashers = Set(segments.compactMap { entries[$0.index].hasher })
        void(segments, of: file)
        // Where one member hashed all of it, it is known who: where others can take its place, nothing more is taken from it.
        if hashers.count == 1, let only = hashers.first, files[file].isPublished,
            living.contains(where: { $0.rank != only && !$0.isExcluded })
        {
            exclude(only)
        }
        files[file].sole = hashers.count > 1 ? living.filter { !$0.isExcluded }.map(\.rank).min() : nil
    }
}
