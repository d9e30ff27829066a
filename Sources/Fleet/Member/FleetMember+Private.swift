import FetchTypes

/// Segments that this node cannot exchange: without an aria2c it fetches every range from the origin for itself. It tells the others nothing
/// of them, since they would wait for bytes that do not come.
extension FleetMember {
    /// Whether other members can get a segment from this node, and this node from them. Known once the plane has started.
    func isShared(_ segment: Int) -> Bool { dataPort > 0 || manifest.segments[segment].isBundle }

    /// Fetches the segments that are not shared, one after the other. Runs only where this node has no aria2c.
    func fetchPrivateSegments() async throws -> FleetOutcome? {
        while true {
            try Task.checkCancellation()
            if isJoined, .now >= nextClaimAt, let segment = nextPrivateSegment {
                fetching[segment.index] = SegmentProgress()
                await fetch(segment)
            } else {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private var nextPrivateSegment: FleetSegment? {
        opened.subtracting(settledFiles).sorted().lazy.flatMap { self.manifest.segments(of: $0) }
            .first { !$0.isBundle && self.mayFetch($0) && self.localSegments[$0.index] == nil && self.fetching[$0.index] == nil }
    }
}
