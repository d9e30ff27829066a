import FetchTypes

extension FleetMember {
    /// Claims segments to fetch from the origin while there are any that no member has.
    func claimSegments() async throws -> FleetOutcome? {
        while true {
            try Task.checkCancellation()
            let files = filesToClaim
            if isJoined, !files.isEmpty, .now >= nextClaimAt, !(rank.map(excluded.contains) ?? false),
                let reply = await send(.claim(files: files)), start(reply)
            {
                continue
            }
            // Rechecks are short, and each waits for another one.
            try await Task.sleep(for: .milliseconds(files.isEmpty || !awaitingRechecks.isEmpty ? 100 : 300))
        }
    }

    /// Starts the claim that the coordinator has granted.
    /// - Returns: false where it granted none.
    private func start(_ reply: FleetReply) -> Bool {
        switch reply {
        case .claimed(let segment?) where manifest.segments.indices.contains(segment):
            if fetching[segment] == nil, localSegments[segment] == nil {
                fetching[segment] = SegmentProgress()
                addJob.yield(.fetch(manifest.segments[segment]))
            }
            return true
        case .recheck(let segment) where manifest.segments.indices.contains(segment):
            // The file's bytes are not hashed or placed now.
            guard fetching[segment] == nil, !obtaining.contains(segment), awaitingRechecks.isSuperset(of: manifest.segments[segment].files)
            else { return false }
            fetching[segment] = SegmentProgress()
            addJob.yield(.recheck(manifest.segments[segment]))
            return true
        case .sample(let segment, let piece)
        where manifest.segments.indices.contains(segment) && manifest.bytes(of: piece, in: manifest.segments[segment]) != nil:
            guard sampling[segment] == nil else { return false }
            sampling[segment] = SegmentProgress()
            addJob.yield(.sample(manifest.segments[segment], piece: piece))
            return true
        default:
            return false
        }
    }

    /// Files with segments to claim: opened here, and with a segment that no known member has, or that waits for a recheck.
    private var filesToClaim: [Int] {
        let wanted = opened.subtracting(settledFiles).sorted().filter { file in
            if refused[file] != nil { return false }
            if awaitingRechecks.contains(file) { return true }
            return manifest.segments(of: file).contains {
                isShared($0.index) && known[$0.index] == nil && fetching[$0.index] == nil && localSegments[$0.index] == nil
            }
        }
        return Array(wanted.prefix(2000))
    }

    /// Fetches a segment from the origin, and announces it.
    /// - Parameters:
    ///   - isRecheck: whether the segment was complete, in a file that is wrong.
    ///   - isRefetch: whether the other members that have it do not deliver it.
    func fetch(_ segment: FleetSegment, isRecheck: Bool = false, isRefetch: Bool = false) async {
        guard let progress = fetching[segment.index] else { return }
        let before = voids(of: segment)
        do {
            let hashes =
                isRecheck
                ? try await fetchUntilReplaced(segment, progress)
                : try await fetch(segment, progress, unlessKnown: !isRefetch)
            ended(segment, progress)
            consecutiveLosses = 0
            guard voids(of: segment) == before else { return await plane.discard([segment]) }
            localSegments[segment.index] = hashes
            guard isShared(segment.index) else { return }
            let reply = try await sendUntilAnswered(.have(segment: segment.index, hashes: hashes))
            if reply == .dropped {
                localSegments[segment.index] = nil
                await plane.discard([segment])
            } else if !segment.isBundle {
                await plane.offer(segment, hashes)
            }
        } catch {
            ended(segment, progress)
            await giveBack(segment, because: error)
        }
        obtainMore()
    }

    /// Returns a segment, or a piece of it, that the origin did not serve.
    func giveBack(_ segment: FleetSegment, because error: any Error, isSample: Bool = false) async {
        let failed: FleetMessage = isSample ? .sampleFailed(segment: segment.index, isRateLimited: false) : .failed(segment: segment.index)
        switch error {
        case FleetDataFault.rateLimited(let seconds):
            nextClaimAt = .now + .seconds(min(max(seconds ?? 1, 0.5), 10))
            _ = await send(isSample ? .sampleFailed(segment: segment.index, isRateLimited: true) : .rateLimited(segment: segment.index))
        case FleetDataFault.originLost(let failure) where failure.code == .notAllowed:
            _ = await send(failed)
            await refuse(segment, failure)
        case FleetDataFault.originLost(let failure):
            consecutiveLosses += 1
            lastLoss = failure
            nextClaimAt = .now + .seconds(min(consecutiveLosses, 5))
            _ = await send(failed)
        default:
            _ = await send(failed)
        }
    }

    private func ended(_ segment: FleetSegment, _ progress: SegmentProgress) {
        originBytes += progress.bytes
        fetching[segment.index] = nil
    }

    /// Starts to obtain segments that other members have and this node lacks.
    func obtainMore() {
        guard !isOver, obtaining.count < Self.obtainedAtOnce else { return }
        for (index, what) in known.sorted(by: { $0.key < $1.key }) {
            let segment = manifest.segments[index]
            guard localSegments[index] == nil, isShared(index), fetching[index] == nil, !obtaining.contains(index),
                segment.files.allSatisfy(opened.contains), !segment.files.allSatisfy(settledFiles.contains)
            else { continue }
            obtaining.insert(index)
            addJob.yield(.obtain(segment, what))
            if obtaining.count >= Self.obtainedAtOnce { return }
        }
    }

    /// Gets a segment from other members; where that stalls, from the origin once the coordinator permits it.
    func obtain(_ segment: FleetSegment, _ what: Known) async {
        defer {
            obtaining.remove(segment.index)
            obtainMore()
        }
        let before = voids(of: segment)
        do {
            let isHere = segment.isBundle ? try await copyBundle(segment, what) : try await download(segment, what)
            // The file was found wrong during the transfer.
            guard voids(of: segment) == before else { return await plane.discard([segment]) }
            if isHere {
                localSegments[segment.index] = what.hashes
                firstStall = nil
                if !segment.isBundle { await plane.offer(segment, what.hashes) }
                // The member that had it may have left meanwhile.
                let isKept = known[segment.index] != nil
                _ = await send(isKept ? .got(segments: [segment.index]) : .have(segment: segment.index, hashes: what.hashes))
            } else if !mayFetch(segment) {
                await noteStall(of: segment)
                try await Task.sleep(for: .seconds(1))
            } else if await send(.complain(segment: segment.index)) == .refetch(true) {
                let progress = SegmentProgress()
                fetching[segment.index] = progress
                await fetch(segment, isRefetch: true)
            } else {
                try await Task.sleep(for: .seconds(1))
            }
        } catch {}
    }

    private func voids(of segment: FleetSegment) -> Int { segment.files.reduce(0) { $0 + voids[$1, default: 0] } }

    /// - Returns: false where no byte arrived for ``stallTimeout``, or ``limitedStallTimeout``.
    private func download(_ segment: FleetSegment, _ what: Known) async throws -> Bool {
        let progress = SegmentProgress()
        let owners = what.owners.filter { $0 != rank && !excluded.contains($0) }.sorted().compactMap { peers[$0] }
        let plane = plane
        let longestIdle = await plane.isLimited ? Self.limitedStallTimeout : Self.stallTimeout
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                do {
                    try await plane.obtain(segment, what.hashes, from: owners) { progress.report($0) }
                    return true
                } catch FleetDataFault.noPeers {
                    return false
                }
            }
            group.addTask {
                while progress.idleTime < longestIdle { try await Task.sleep(for: .milliseconds(250)) }
                return false
            }
            return try await group.next() ?? false
        }
    }
}
