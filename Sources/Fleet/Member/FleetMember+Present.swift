/// What is here from before: others get it from here once it is verified, and do not ask the origin for it meanwhile.
extension FleetMember {
    /// These segments are here and are going to be verified.
    package func checks(_ segments: [FleetSegment]) async {
        guard !isOver, !segments.isEmpty else { return }
        checking.formUnion(segments.map(\.index))
        // At once: within a second somebody else would have begun to fetch them.
        if isJoined { _ = await say(.renew(held: held, checking: checkingSpans, counts: await counts())) }
    }

    /// These segments seem to be here: their files' jobs are going to say so, soon.
    package func expects(_ segments: [FleetSegment]) { expected.formUnion(segments.map(\.index)) }

    /// These segments are here, verified and hashed: others may have them.
    package func offer(_ present: [(FleetSegment, PieceHashes)]) async {
        for (segment, hashes) in present where mine[segment.index] == nil && hashes.sha1.count == segment.pieces && !isOver {
            mine[segment.index] = hashes
            if !segment.isBundle { await plane.offer(segment, hashes) }
            await sayHave(segment.index, hashes)
        }
        checking.subtract(present.map(\.0.index))
    }

    /// Says that a segment is here, until a coordinator has heard it. Where it has not joined, it says so when it joins.
    func sayHave(_ segment: Int, _ hashes: PieceHashes) async {
        while isJoined, !isOver, !Task.isCancelled, await say(.have(segment: segment, hashes: hashes)) == nil {
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// These segments are not verified any more: what has not been offered is for others to fetch.
    package func endChecks(_ segments: [FleetSegment]) {
        checking.subtract(segments.map(\.index))
        expected.subtract(segments.map(\.index))
    }

    /// Waits until another member is there, which may want what is here.
    /// - Returns: false where the fleet ends before that, or the task is cancelled.
    package func waitForCompany() async -> Bool {
        while !hasHadCompany, !isOver {
            guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return false }
        }
        return !isOver && !isAllDone
    }

    /// Says once where another member writes to the same folder.
    func look(at peer: FleetPeer) async {
        guard peer.rank != rank, !hasSaidShared, await plane.sees(peer.mark), !hasSaidShared else { return }
        hasSaidShared = true
        tell(
            .warning(
                kind: "fleet",
                message: "rank \(peer.rank) writes to the same folder as this node: --fleet is not needed on a shared file system, "
                    + "where one process fetches and the others wait for it."))
    }

    /// ``checking`` and ``expected`` as ranges, in order.
    var checkingSpans: [Range<Int>] {
        var spans: [Range<Int>] = []
        for index in checking.union(expected).sorted() {
            if let last = spans.last, last.upperBound == index {
                spans[spans.count - 1] = last.lowerBound..<index + 1
            } else {
                spans.append(index..<index + 1)
            }
        }
        return spans
    }
}
