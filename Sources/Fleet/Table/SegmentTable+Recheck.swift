/// Finds the wrong segment of a file that several members hashed, because the file's hash does not tell which segment it is. Each segment
/// is fetched from the origin again, by another member than the one that hashed it, until hashes differ. A third member then fetches that
/// segment too, and the answer of two counts. If the file is still wrong, the member that they contradict is excluded.
extension SegmentTable {
    /// After this many different answers, another one does not help.
    private static let answersAllowed = 4

    /// Starts to recheck the segments of a file that two members have not confirmed.
    /// - Returns: false where there is none, or no other member that could recheck them.
    mutating func startRechecks(of file: Int) -> Bool {
        guard fetchers(of: file).count > 1 else { return false }
        let open = manifest.segments(of: file).map(\.index).filter { index in
            entries[index].hashes != nil && !entries[index].isConfirmed && entries[index].votes.count + 1 < Self.answersAllowed
        }
        files[file].suspects = Set(open)
        files[file].compared = []
        files[file].hasComparedMembers = false
        files[file].cutOff = []
        return !open.isEmpty
    }

    /// Handles a segment that a member has fetched from the origin again.
    /// - Returns: nil where the segment is not rechecked, or not by this member.
    mutating func recheck(_ index: Int, _ hashes: PieceHashes, by rank: Int, hadClaim: Bool) -> FleetReply? {
        let file = manifest.segments[index].files.lowerBound
        guard hadClaim, let known = entries[index].hashes, files[file].suspects.contains(index) else { return nil }
        let wasDisputed = entries[index].isDisputed
        var reply = FleetReply.taken
        if known == hashes {
            entries[index].addVote(of: rank, hashes)
            _ = got([index], rank)
            // A recheck that damaged the segment is a second fault, so what that member fetched before is probably damaged too.
            for wrong in entries[index].contradicted { exclude(wrong) }
        } else if !wasDisputed, !entries[index].hasHashes(from: rank), hasJudge(of: index, besides: rank) {
            entries[index].addVote(of: rank, hashes)
            reply = .dropped
        } else {
            replace(index, with: hashes, of: rank, file)
        }
        if reply == .taken { files[file].suspects.remove(index) }
        // Members wait for a better file, and no segment is left to recheck.
        if files[file].suspects.isEmpty, files[file].isReportedWrong, !startRechecks(of: file) { refetch(file) }
        return reply
    }

    /// The newest answer counts until the file's hash shows whether it is right.
    private mutating func replace(_ index: Int, with hashes: PieceHashes, of rank: Int, _ file: Int) {
        entries[index].addVote()
        entries[index].hashes = hashes
        entries[index].hasher = rank
        entries[index].owners = [rank]
        if entries[index].isConfirmed { files[file].contradicted.formUnion(entries[index].contradicted) }
        // The other rechecks end, because this was perhaps the only wrong segment.
        for suspect in files[file].suspects { entries[suspect].claim = nil }
        files[file].round += 1
        files[file].isReportedWrong = false
        files[file].cutOff = []
        publish(.replaced(segment: index, hashes: hashes, keeper: rank, file: file, round: files[file].round))
    }

    /// Ends the rechecks of wrong files that no living member may fetch any more. Waiting members are told to discard the
    /// file's segments, and a member that joins later fetches the file.
    mutating func endImpossibleRechecks() {
        for file in files.indices where files[file].isReportedWrong && !files[file].suspects.isEmpty && fetchers(of: file).isEmpty {
            refetch(file)
        }
    }

    /// Makes all segments of a file void. One member fetches them: if the file is right then, members that reported other hashes are
    /// excluded.
    mutating func refetch(_ file: Int) {
        let segments = manifest.segments(of: file)
        let hashers = Set(segments.compactMap { entries[$0.index].hasher })
        void(segments, of: file)
        let fetchers = self.fetchers(of: file)
        // One member hashed the whole file, so it is at fault: it is excluded where others can fetch instead.
        if hashers.count == 1, let only = hashers.first, files[file].isPublished, fetchers.contains(where: { $0.rank != only }) {
            exclude(only)
        }
        files[file].soleFetcher = hashers.count > 1 ? fetchers.map(\.rank).min() : nil
    }
}
