import FetchTypes

extension FleetMember {
    /// Called when a file's partial is open: its segments are fetched and obtained from now on.
    /// - Parameter present: its segments that are complete already, with their hashes.
    package func opened(_ file: Int, present: [(FleetSegment, PieceHashes)]) async {
        guard manifest.files.indices.contains(file), !isOver else { return }
        await offer(present)
        endChecks(manifest.segments(of: file))
        opened.insert(file)
        obtainMore()
    }

    /// Called when a file is complete and hashed.
    /// - Returns: whether the fleet has the same hash, so that the file may be placed. True once the fleet has ended for this node.
    package func verified(_ file: Int, sha256: String) async throws -> Bool {
        guard case .agreed(let isSame) = try await sendUntilAnswered(.verified(file: file, sha256: sha256)) else { return true }
        if isSame {
            verifiedFiles[file] = sha256
            settledFiles.insert(file)
        }
        return isSame
    }

    /// Called when a file's bytes are wrong: they are discarded and fetched again.
    /// - Returns: false where another try would not help.
    package func bad(_ file: Int) async throws -> Bool {
        let before = voids[file, default: 0]
        let segments = manifest.segments(of: file).map(\.index)
        // The hashed segments may have been discarded meanwhile: then they are fetched again already, and the new bytes are not at fault.
        while let missing = segments.first(where: { localSegments[$0] == nil }) {
            guard voids[file, default: 0] == before, fetching[missing] != nil || obtaining.contains(missing) else { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        let changed = changes[file, default: 0]
        if let answer = await dropDamaged(file) { return answer }
        // The bytes that were hashed are no longer the fleet's: a report now would be one of others.
        guard voids[file, default: 0] == before, changes[file, default: 0] == changed else { return true }
        // The others have no part in these bytes.
        if !segments.allSatisfy(isShared) { return await dropOwn(file, manifest.segments(of: file)) }
        awaitingRechecks.insert(file)
        defer { awaitingRechecks.remove(file) }
        while !isOver {
            let epoch = leader?.epoch
            let (round, seen) = (rounds[file, default: 0], changes[file, default: 0])
            switch try await sendUntilAnswered(.bad(file: file, round: round)) {
            case .bad(.again):
                // An event tells all members what is transferred again. Another coordinator needs the message again, and so does the
                // coordinator where only this member is wrong.
                while voids[file, default: 0] == before, changes[file, default: 0] == seen, leader?.epoch == epoch, !isOver {
                    try await Task.sleep(for: .milliseconds(50))
                }
                if voids[file, default: 0] != before || leader?.epoch == epoch && rounds[file, default: 0] != round { return true }
            case .bad(.yourOwn): return await dropOwn(file, manifest.segments(of: file))
            default: return false
            }
        }
        return false
    }

    /// Obtains those segments again whose bytes changed on this node's disk after they were hashed.
    /// - Returns: nil where there is none: the bytes were wrong already when they were hashed.
    private func dropDamaged(_ file: Int) async -> Bool? {
        let before = localSegments
        let here = manifest.segments(of: file).compactMap { segment in before[segment.index].map { (segment, $0) } }
        let damaged = await plane.damaged(of: here)
        // Some may have been replaced or discarded meanwhile.
        let stillHere = damaged.filter { localSegments[$0.index] == before[$0.index] }
        return stillHere.isEmpty ? nil : await dropOwn(file, stillHere)
    }

    /// Only this member's copy is wrong: these segments of it are obtained again, once.
    private func dropOwn(_ file: Int, _ segments: [FleetSegment]) async -> Bool {
        ownDamages[file, default: 0] += 1
        guard ownDamages[file, default: 0] < 2 else { return false }
        for segment in segments { localSegments[segment.index] = nil }
        await plane.discard(segments)
        obtainMore()
        return true
    }

    /// Called when this node does not need the file from the fleet: it was present, failed, or is fetched without the fleet.
    package func settled(_ file: Int) async {
        settledFiles.insert(file)
        endChecks(manifest.segments(of: file))
    }

    /// Waits until all files are settled, then serves the other members as long as they need it and the settings allow.
    func stayUntilDone() async throws -> FleetOutcome? {
        while settledFiles.count < manifest.files.count {
            // While the origin serves another member, that one delivers the rest.
            if consecutiveLosses >= 5, .now - originGrewAt > Self.originTimeout,
                known.keys.filter(isShared).allSatisfy({ localSegments[$0] != nil }), let lastLoss
            {
                throw lastLoss
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        var lastUpload = ContinuousClock.now
        var uploaded = await counts().uploaded
        // The epoch of the coordinator that knows that this member is done. A member that does not linger says so too, because the others
        // wait for that.
        var told = await tellDone(nil)
        // A required second member may join until the timeout.
        while !isAllDone, .now - lastUpload < settings.linger || settings.isRequired && !hasSeenOthers {
            told = await tellDone(told)
            try await Task.sleep(for: .milliseconds(100))
            let now = await counts().uploaded
            // Others may need segments that this member still verifies.
            if now > uploaded || hasSeenOthers && !checking.isEmpty { lastUpload = .now }
            uploaded = now
        }
        await plane.measure()
        let own = await counts()
        await leave()
        tell(.done(own: own, fleet: status))
        return .done(status)
    }

    /// Tells the coordinator that this member has all files.
    /// - Parameter told: the epoch of the last coordinator that was told.
    /// - Returns: the epoch of the one that knows.
    private func tellDone(_ told: String?) async -> String? {
        guard let epoch = leader?.epoch, isJoined, told != epoch else { return told }
        return await send(.done(counts: await counts())) == .taken ? epoch : nil
    }

    private func leave() async {
        // The coordinator's figures contain this member's last ones then.
        if case .renewed(_, let status) = await send(.renew(held: [], counts: await counts())) { self.status = status }
        if let coordinator = await requestHandler.coordinator {
            // The other members need the last events, and the last figures, before this coordinator stops answering.
            let end = ContinuousClock.now + .milliseconds(1500)
            while await !coordinator.isDispensable(for: client.node), .now < end { try? await Task.sleep(for: .milliseconds(20)) }
            status = await coordinator.status
        }
        _ = await send(.leave)
    }
}
