import Crypto
import FetchTypes

extension FleetMember {
    /// Asks for segments to fetch from the origin while there are any that nobody has.
    func claimSegments() async throws -> FleetOutcome? {
        while true {
            try Task.checkCancellation()
            let files = filesToClaim
            if isJoined, !files.isEmpty, .now >= claimsFrom, !(rank.map(excluded.contains) ?? false),
                let reply = await say(.claim(files: files)), begin(reply)
            {
                continue
            }
            try await Task.sleep(for: .milliseconds(files.isEmpty ? 100 : 300))
        }
    }

    /// Begins what the coordinator has granted.
    /// - Returns: false where that is nothing.
    private func begin(_ reply: FleetReply) -> Bool {
        switch reply {
        case .claimed(let segment?) where manifest.segments.indices.contains(segment):
            if fetching[segment] == nil, mine[segment] == nil {
                fetching[segment] = SegmentProgress()
                addJob.yield(.fetch(manifest.segments[segment]))
            }
            return true
        case .recheck(let segment) where manifest.segments.indices.contains(segment):
            // Only while nothing is made of the file's bytes.
            guard fetching[segment] == nil, !obtaining.contains(segment), doubting.isSuperset(of: manifest.segments[segment].files)
            else { return false }
            fetching[segment] = SegmentProgress()
            addJob.yield(.recheck(manifest.segments[segment]))
            return true
        default:
            return false
        }
    }

    /// Files of which a segment may be claimed: opened here, with a segment that nobody is known to have, or doubted.
    private var filesToClaim: [Int] {
        let wanted = opened.subtracting(settledFiles).sorted().filter { file in
            if doubting.contains(file) { return true }
            return manifest.segments(of: file).contains {
                known[$0.index] == nil && fetching[$0.index] == nil && mine[$0.index] == nil
            }
        }
        return Array(wanted.prefix(2000))
    }

    /// Fetches a segment from the origin, and says so.
    /// - Parameter isRecheck: it was here, in a file that is wrong.
    func fetch(_ segment: FleetSegment, isRecheck: Bool = false) async {
        guard let progress = fetching[segment.index] else { return }
        let before = voids(of: segment)
        do {
            let hashes =
                isRecheck
                ? try await fetchUntilReplaced(segment, progress) : try await plane.fetch(segment) { progress.report($0) }
            ended(segment, progress)
            lostInARow = 0
            guard voids(of: segment) == before else { return await plane.discard([segment]) }
            mine[segment.index] = hashes
            let reply = try await insist(.have(segment: segment.index, hashes: hashes))
            if reply == .dropped {
                mine[segment.index] = nil
                await plane.discard([segment])
            } else if !segment.isBundle {
                await plane.offer(segment, hashes)
            }
        } catch FleetDataFault.refused(let seconds) {
            ended(segment, progress)
            claimsFrom = .now + .seconds(min(max(seconds ?? 1, 0.5), 10))
            _ = await say(.refused(segment: segment.index))
        } catch FleetDataFault.originLost(let failure) {
            ended(segment, progress)
            lostInARow += 1
            lastLoss = failure
            claimsFrom = .now + .seconds(min(lostInARow, 5))
            _ = await say(.failed(segment: segment.index))
        } catch {
            ended(segment, progress)
            _ = await say(.failed(segment: segment.index))
        }
        obtainMore()
    }

    private func ended(_ segment: FleetSegment, _ progress: SegmentProgress) {
        originBytes += progress.bytes
        fetching[segment.index] = nil
    }

    /// Begins to obtain what others have and this node lacks.
    func obtainMore() {
        guard !isOver, obtaining.count < Self.obtainedAtOnce else { return }
        for (index, what) in known.sorted(by: { $0.key < $1.key }) {
            let segment = manifest.segments[index]
            guard mine[index] == nil, fetching[index] == nil, !obtaining.contains(index), segment.files.allSatisfy(opened.contains),
                !segment.files.allSatisfy(settledFiles.contains)
            else { continue }
            obtaining.insert(index)
            addJob.yield(.obtain(segment, what))
            if obtaining.count >= Self.obtainedAtOnce { return }
        }
    }

    /// Gets a segment from other members; where none comes, from the origin once the coordinator gives leave.
    func obtain(_ segment: FleetSegment, _ what: Known) async {
        defer {
            obtaining.remove(segment.index)
            obtainMore()
        }
        let before = voids(of: segment)
        do {
            let isHere = segment.isBundle ? try await copyBundle(segment, what) : try await download(segment, what)
            // What came meanwhile is of a file that was found wrong.
            guard voids(of: segment) == before else { return await plane.discard([segment]) }
            if isHere {
                mine[segment.index] = what.hashes
                if !segment.isBundle { await plane.offer(segment, what.hashes) }
                // Who had it may have gone since.
                let isKept = known[segment.index] != nil
                _ = await say(isKept ? .got(segments: [segment.index]) : .have(segment: segment.index, hashes: what.hashes))
            } else if await say(.complain(segment: segment.index)) == .refetch(true) {
                let progress = SegmentProgress()
                fetching[segment.index] = progress
                await fetch(segment)
            } else {
                try await Task.sleep(for: .seconds(1))
            }
        } catch {}
    }

    private func voids(of segment: FleetSegment) -> Int { segment.files.reduce(0) { $0 + voids[$1, default: 0] } }

    /// - Returns: false where nothing came for too long.
    private func download(_ segment: FleetSegment, _ what: Known) async throws -> Bool {
        let progress = SegmentProgress()
        let owners = what.owners.filter { $0 != rank && !excluded.contains($0) }.sorted().compactMap { peers[$0] }
        let plane = plane
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
                while progress.silence < Self.stall { try await Task.sleep(for: .milliseconds(250)) }
                return false
            }
            return try await group.next() ?? false
        }
    }

    /// - Returns: false where the member that keeps the bundle does not give it.
    private func copyBundle(_ segment: FleetSegment, _ what: Known) async throws -> Bool {
        guard let leader, let keeper = peers[what.keeper] else { return false }
        let place = FleetClient.Place(host: keeper.address, port: keeper.controlPort)
        guard let bytes = try? await client.bundle(segment, in: manifest, from: place, epoch: leader.epoch) else { return false }
        var start = 0
        for (file, hash) in zip(segment.files, what.hashes.sha1) {
            let end = start + Int(manifest.files[file].size)
            guard Array(Insecure.SHA1.hash(data: bytes[start..<end])) == hash else { return false }
            start = end
        }
        try await plane.write(segment, bytes)
        bundleBytes += Int64(bytes.count)
        return true
    }
}
