/// Segments from an earlier run: they are offered once verified, and no other member fetches them from the origin meanwhile.
extension FleetMember {
    /// Called before segments from an earlier run are verified.
    package func checks(_ segments: [FleetSegment]) async {
        guard !isOver, !segments.isEmpty else { return }
        checking.formUnion(segments.map(\.index))
        // Sent at once: before the next heartbeat another member would claim them.
        if isJoined { _ = await send(.renew(held: await held, checking: checkingSpans, counts: await counts())) }
    }

    /// Called with segments that partials seem to hold, before their files' jobs have opened them.
    package func expects(_ segments: [FleetSegment]) { expected.formUnion(segments.map(\.index)) }

    /// Offers verified segments to the other members.
    package func offer(_ present: [(FleetSegment, PieceHashes)]) async {
        for (segment, hashes) in present where localSegments[segment.index] == nil && hashes.sha1.count == segment.pieces && !isOver {
            localSegments[segment.index] = hashes
            if !segment.isBundle { await plane.offer(segment, hashes) }
            await announce(segment.index, .have(segment: segment.index, hashes: hashes))
        }
        checking.subtract(present.map(\.0.index))
    }

    /// Announces a complete segment until a coordinator has answered. A member that has not joined announces it when it joins.
    func announce(_ segment: Int, _ message: FleetMessage) async {
        while isJoined, isShared(segment), !isOver, !Task.isCancelled, await send(message) == nil {
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Called when the verification of segments has ended: other members may fetch those that were not offered.
    package func endChecks(_ segments: [FleetSegment]) {
        checking.subtract(segments.map(\.index))
        expected.subtract(segments.map(\.index))
    }

    /// Waits until another member has joined.
    /// - Returns: false where the fleet ends first, or the task is cancelled.
    package func waitForOthers() async -> Bool {
        while !hasSeenOthers, !isOver {
            guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return false }
        }
        return !isOver && !isAllDone
    }

    /// Warns once where another member writes to the same folder.
    func checkFolder(of peer: FleetPeer) async {
        guard peer.rank != rank, !hasReportedSharedFolder, await plane.hasMark(peer.mark), !hasReportedSharedFolder else { return }
        hasReportedSharedFolder = true
        tell(
            .warning(
                kind: "fleet",
                message: "rank \(peer.rank) writes to the same folder as this node: --fleet is not needed on a shared file system, "
                    + "where one process fetches and the others wait for it."))
    }

    /// ``checking`` and ``expected`` as ranges, in order.
    var checkingSpans: [Range<Int>] { checking.union(expected).filter(isShared).spans }
}
