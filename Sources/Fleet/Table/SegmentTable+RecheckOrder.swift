/// Which segment of a wrong file is rechecked next, and by whom.
///
/// One damaged segment is found after half of the file on average, in any order. A member that damages all that it fetches is found early,
/// because the first rechecks compare the members in pairs.
extension SegmentTable {
    /// A segment of these files that this member may recheck.
    mutating func segmentToRecheck(of wanted: Set<Int>, for rank: Int, _ now: Duration) -> Int? {
        for file in wanted.sorted() where files.indices.contains(file) && !files[file].suspects.isEmpty && !isSampling(file) {
            if let index = suspect(of: file, for: rank, now) { return index }
        }
        return nil
    }

    /// A suspect that this member has not hashed, else one that every member that waits for the file has hashed.
    private mutating func suspect(of file: Int, for rank: Int, _ now: Duration) -> Int? {
        let order = recheckOrder(of: file)
        // A third member's answer tells which of two was wrong. No other segment is rechecked before it.
        let disputed = order.filter { entries[$0].isDisputed && hasJudge(of: $0) }
        if !disputed.isEmpty, isJudgeAwaited(file, disputed, now) {
            return disputed.first { entries[$0].claim == nil && !entries[$0].hasHashes(from: rank) }
        }
        files[file].unjudgedSince = nil
        let free = order.filter { entries[$0].claim == nil }
        let others = free.filter { !entries[$0].hasHashes(from: rank) }
        let fetchers = self.fetchers(of: file).map(\.rank)
        if free.count == order.count, !files[file].compared.isEmpty || fetchers == [rank] { files[file].hasComparedMembers = true }
        if !files[file].hasComparedMembers {
            guard !files[file].compared.contains(rank) else { return nil }
            let inPairs = others.first { index in entries[index].hasher.map { !files[file].compared.contains($0) } ?? false }
            guard let index = inPairs ?? others.first else { return nil }
            files[file].compared.formUnion([rank, entries[index].hasher ?? rank])
            return index
        }
        // A member that cannot fetch the file, or not now, rechecks nothing.
        let waiting = files[file].reporters.intersection(fetchers).subtracting(files[file].cutOff)
        return others.first ?? free.first { index in waiting.allSatisfy { entries[index].hasHashes(from: $0) } }
    }

    /// Whether rechecks still wait for a third member. It may not need the file any more, so that it never claims one.
    private mutating func isJudgeAwaited(_ file: Int, _ disputed: [Int], _ now: Duration) -> Bool {
        guard disputed.allSatisfy({ entries[$0].claim == nil }) else {
            files[file].unjudgedSince = nil
            return true
        }
        let since = files[file].unjudgedSince ?? now
        files[file].unjudgedSince = since
        return now - since < Self.judgeTimeout
    }

    /// For this time rechecks wait for a third member that does not claim the disputed segment. It may have to hash the file first.
    private static let judgeTimeout = Duration.seconds(60)

    /// Whether a member that has not hashed the segment can still fetch it.
    func hasJudge(of index: Int, besides rank: Int? = nil) -> Bool {
        let cutOff = manifest.segments[index].files.reduce(into: Set<Int>()) { $0.formUnion(files[$1].cutOff) }
        return fetchers(for: manifest.segments[index]).contains { node in
            node.rank != rank && !cutOff.contains(node.rank) && !entries[index].hasHashes(from: node.rank)
        }
    }

    /// The suspects of a file: those with different answers, then one of each member, then the second one of each, and so on.
    private func recheckOrder(of file: Int) -> [Int] {
        var turns: [Int: Int] = [:]
        let places = manifest.segments(of: file).map { segment in
            let entry = entries[segment.index]
            let turn = turns[entry.hasher ?? -1, default: 0]
            turns[entry.hasher ?? -1] = turn + 1
            return (turn: entry.isDisputed ? -1 : turn, index: segment.index)
        }
        return places.filter { files[file].suspects.contains($0.index) }.sorted { $0 < $1 }.map(\.index)
    }
}
