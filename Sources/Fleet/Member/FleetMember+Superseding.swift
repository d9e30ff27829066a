import FetchTypes

/// Ends transfers from the origin that another member was faster with.
extension FleetMember {
    /// Fetches a segment from the origin.
    ///
    /// After a cut of the network two members may fetch the same segment. The complete pieces stay, and the rest comes from the other member.
    /// - Parameter unlessKnown: whether the transfer ends once another member has the segment.
    /// - Throws: ``FleetDataFault``; `CancellationError`, also where another member has it.
    func fetch(_ segment: FleetSegment, _ progress: SegmentProgress, unlessKnown: Bool) async throws -> PieceHashes {
        let plane = plane
        return try await withThrowingTaskGroup(of: PieceHashes.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await plane.fetch(segment) { progress.report($0) } }
            if unlessKnown {
                group.addTask {
                    while await !self.isKnown(segment) { try await Task.sleep(for: .milliseconds(100)) }
                    throw CancellationError()
                }
            }
            guard let hashes = try await group.next() else { throw CancellationError() }
            return hashes
        }
    }

    /// Whether another member has the segment and can deliver it: ranges need an aria2c on both sides.
    private func isKnown(_ segment: FleetSegment) -> Bool {
        guard let known = known[segment.index], segment.isBundle || dataPort > 0 else { return false }
        return known.owners.contains { owner in
            guard owner != rank, !excluded.contains(owner), let peer = peers[owner] else { return false }
            return segment.isBundle || peer.dataPort > 0
        }
    }
}
