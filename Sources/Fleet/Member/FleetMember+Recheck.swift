import FetchTypes

/// Compares the segments of a wrong file with the origin's: one piece of each member first, then whole segments, one after the other, until
/// one differs.
extension FleetMember {
    /// Fetches a piece of a segment from the origin, and reports its hash. The bytes that are here stay.
    func sample(_ segment: FleetSegment, _ piece: Int) async {
        guard let progress = sampling[segment.index] else { return }
        do {
            let sha1 = try await plane.sample(segment, piece: piece) { progress.report($0) }
            endSample(segment, progress)
            consecutiveLosses = 0
            _ = try await sendUntilAnswered(.sampled(segment: segment.index, piece: piece, sha1: sha1.hexadecimal))
        } catch {
            endSample(segment, progress)
            await giveBack(segment, because: error, isSample: true)
        }
    }

    private func endSample(_ segment: FleetSegment, _ progress: SegmentProgress) {
        originBytes += progress.bytes
        sampling[segment.index] = nil
    }

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
