/// A file was found wrong, and its segments are compared with the origin's, one after the other, until one differs.
extension FleetMember {
    /// Fetches a segment that is here from the origin once more.
    func recheck(_ segment: FleetSegment) async {
        guard doubting.isSuperset(of: segment.files) else {
            fetching[segment.index] = nil
            _ = await say(.failed(segment: segment.index))
            return
        }
        mine[segment.index] = nil
        await plane.discard([segment])
        await fetch(segment, isRecheck: true)
    }

    /// Fetches a segment until another of its file is found to differ.
    /// - Throws: ``FleetDataFault``, `CancellationError`.
    func fetchUntilReplaced(_ segment: FleetSegment, _ progress: SegmentProgress) async throws -> PieceHashes {
        let plane = plane
        let fetch = Task { try await plane.fetch(segment) { progress.report($0) } }
        rechecks[segment.index] = fetch
        defer { rechecks[segment.index] = nil }
        return try await withTaskCancellationHandler {
            try await fetch.value
        } onCancel: {
            fetch.cancel()
        }
    }

    /// Of a wrong file another segment counts now.
    func replace(_ segment: Int, _ what: Known, of file: Int) async {
        guard manifest.segments.indices.contains(segment), what.hashes.sha1.count == manifest.segments[segment].pieces else { return }
        known[segment] = what
        changes[file, default: 0] += 1
        // The file is likely to be right now. What is being compared comes sooner from the others.
        for other in manifest.segments(of: file) where other.index != segment { rechecks[other.index]?.cancel() }
        guard mine[segment] != what.hashes else { return }
        mine[segment] = nil
        // What is being fetched is compared with it by the coordinator.
        guard fetching[segment] == nil, !settledFiles.contains(file) else { return }
        await plane.discard([manifest.segments[segment]])
    }
}
