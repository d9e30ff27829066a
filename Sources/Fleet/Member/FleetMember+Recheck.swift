/// Compares the segments of a wrong file with the origin's, one after the other, until one differs.
extension FleetMember {
    /// Fetches a complete segment from the origin again.
    func recheck(_ segment: FleetSegment) async {
        guard awaitingRechecks.isSuperset(of: segment.files) else {
            fetching[segment.index] = nil
            _ = await send(.failed(segment: segment.index))
            return
        }
        localSegments[segment.index] = nil
        await plane.discard([segment])
        await fetch(segment, isRecheck: true)
    }

    /// Fetches a segment until another segment of its file is found to differ.
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

    /// Replaces the hashes of a wrong file's segment, and discards its bytes.
    func replace(_ segment: Int, _ what: Known, of file: Int) async {
        guard manifest.segments.indices.contains(segment), what.hashes.sha1.count == manifest.segments[segment].pieces else { return }
        known[segment] = what
        changes[file, default: 0] += 1
        // The file is probably right now. Other members deliver the segments that are being rechecked faster than the origin.
        for other in manifest.segments(of: file) where other.index != segment { rechecks[other.index]?.cancel() }
        guard localSegments[segment] != what.hashes else { return }
        localSegments[segment] = nil
        // The coordinator compares a segment that is being fetched.
        guard fetching[segment] == nil, !settledFiles.contains(file) else { return }
        await plane.discard([manifest.segments[segment]])
    }
}
