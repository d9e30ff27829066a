/// Finds the wrong segment of a file that several members hashed, because the file's hash does not tell which segment it is. Each segment
/// is fetched from the origin again, by another member than the one that hashed it, until hashes differ. Only that segment is then
/// exchanged again; on average half of the file is fetched twice.
extension SegmentTable {
    /// After this many different answers, another one does not help.
    private static let answersAllowed = 4

    /// Starts to recheck the segments of a file that two members have not confirmed.
    /// - Returns: false where there is none, or no other member that could recheck them.
    mutating func startRechecks(of file: Int) -> Bool {
        guard aliveNodes.filter({ !$0.isExcluded }).count > 1 else { return false }
        let open = manifest.segments(of: file).map(\.index).filter { index in
            entries[index].hashes != nil && !entries[index].isConfirmed && entries[index].votes.count + 1 < Self.answersAllowed
        }
        files[file].suspects = Set(open)
        return !open.isEmpty
    }

    /// A segment of these files that this member may recheck: one that it has not hashed, else one that every member that waits for the
    /// file has hashed.
    func segmentToRecheck(of wanted: Set<Int>, for rank: Int) -> Int? {
        for file in wanted.sorted() where files.indices.contains(file) && !files[file].suspects.isEmpty {
            let free = files[file].suspects.sorted().filter { entries[$0].claim == nil }
            if let index = free.first(where: { !entries[$0].hasHashes(from: rank) }) { return index }
            let waiting = aliveNodes.map(\.rank).filter { files[file].reporters.contains($0) && nodes[$0]?.isExcluded == false }
            if let index = free.first(where: { index in waiting.allSatisfy { entries[index].hasHashes(from: $0) } }) { return index }
        }
        return nil
    }

    /// Handles a segment that a member has fetched from the origin again.
    /// - Returns: nil where the segment is not rechecked, or not by this member.
    mutating func recheck(_ index: Int, _ hashes: PieceHashes, by rank: Int, hadClaim: Bool) -> FleetReply? {
        let file = manifest.segments[index].files.lowerBound
        guard hadClaim, let known = entries[index].hashes, files[file].suspects.remove(index) != nil else { return nil }
        if known == hashes {
            entries[index].addVote(of: rank, hashes)
            _ = got([index], rank)
        } else {
            entries[index].addVote()
            entries[index].hashes = hashes
            entries[index].hasher = rank
            entries[index].owners = [rank]
            files[file].round += 1
            files[file].isReportedWrong = false
            publish(.replaced(segment: index, hashes: hashes, keeper: rank, file: file, round: files[file].round))
        }
        // Members wait for a better file, and no segment is left to recheck.
        if files[file].suspects.isEmpty, files[file].isReportedWrong, !startRechecks(of: file) { refetch(file) }
        return .taken
    }

    /// Makes all segments of a file void. One member fetches them: if the file is right then, members that reported other hashes are
    /// excluded.
    mutating func refetch(_ file: Int) {
        let segments = manifest.segments(of: file)
        let hashers = Set(segments.compactMap { entries[$0.index].hasher })
        void(segments, of: file)
        // One member hashed the whole file, so it is at fault: it is excluded where others can fetch instead.
        if hashers.count == 1, let only = hashers.first, files[file].isPublished,
            aliveNodes.contains(where: { $0.rank != only && !$0.isExcluded })
        {
            exclude(only)
        }
        files[file].soleFetcher = hashers.count > 1 ? aliveNodes.filter { !$0.isExcluded }.map(\.rank).min() : nil
    }
}
