import FetchTypes

extension FleetMember {
    /// The file's partial is open: its segments may be fetched and obtained from now on.
    /// - Parameter present: segments of it that are whole there already, hashed.
    package func opened(_ file: Int, present: [(FleetSegment, PieceHashes)]) async {
        guard manifest.files.indices.contains(file), !isOver else { return }
        await offer(present)
        endChecks(manifest.segments(of: file))
        opened.insert(file)
        obtainMore()
    }

    /// The file is whole, and has this hash.
    /// - Returns: whether the fleet has the same: the file may get its name. True once the fleet is over for this node.
    package func verified(_ file: Int, sha256: String) async throws -> Bool {
        guard case .agreed(let isSame) = try await insist(.verified(file: file, sha256: sha256)) else { return true }
        if isSame {
            verifiedFiles[file] = sha256
            settledFiles.insert(file)
        }
        return isSame
    }

    /// The file's bytes are wrong: they are dropped, and come again.
    /// - Returns: false where nothing better is to be expected.
    package func bad(_ file: Int) async throws -> Bool {
        let before = voids[file, default: 0]
        let segments = manifest.segments(of: file).map(\.index)
        // What was hashed may have become void meanwhile: then it comes again already, and the new bytes are not to blame.
        while let missing = segments.first(where: { mine[$0] == nil }) {
            guard voids[file, default: 0] == before, fetching[missing] != nil || obtaining.contains(missing) else { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        doubting.insert(file)
        defer { doubting.remove(file) }
        while !isOver {
            let epoch = leader?.epoch
            let (round, seen) = (rounds[file, default: 0], changes[file, default: 0])
            switch try await insist(.bad(file: file, round: round)) {
            case .bad(.again):
                // What comes again is an event for all; another coordinator has to be told again, and who alone is wrong as well.
                while voids[file, default: 0] == before, changes[file, default: 0] == seen, leader?.epoch == epoch, !isOver {
                    try await Task.sleep(for: .milliseconds(50))
                }
                if voids[file, default: 0] != before || leader?.epoch == epoch && rounds[file, default: 0] != round { return true }
            case .bad(.yourOwn): return await dropOwn(file)
            default: return false
            }
        }
        return false
    }

    /// Others have the file right: what is here is obtained again, once.
    private func dropOwn(_ file: Int) async -> Bool {
        ownFaults[file, default: 0] += 1
        guard ownFaults[file, default: 0] < 2 else { return false }
        let segments = manifest.segments(of: file)
        for segment in segments { mine[segment.index] = nil }
        await plane.discard(segments)
        obtainMore()
        return true
    }

    /// Nobody waits for the file here: it was there, it failed, or it comes without the fleet.
    package func settled(_ file: Int) async {
        settledFiles.insert(file)
        endChecks(manifest.segments(of: file))
    }

    /// Waits until everything is settled here, and stays for the others as long as they need it and the settings allow.
    func stayUntilDone() async throws -> FleetOutcome? {
        while settledFiles.count < manifest.files.count {
            if lostInARow >= 5, known.count == mine.count, let lastLoss { throw lastLoss }
            try await Task.sleep(for: .milliseconds(100))
        }
        var lastUpload = ContinuousClock.now
        var uploaded = await counts().uploaded
        // The coordinator that knows.
        var told: String?
        // Where being alone is a failure, it is known only after the time in which others may join.
        while !isAllDone, .now - lastUpload < settings.linger || settings.isRequired && !hasHadCompany {
            if let epoch = leader?.epoch, isJoined, told != epoch {
                told = await say(.done(counts: await counts())) == .taken ? epoch : nil
            }
            try await Task.sleep(for: .milliseconds(100))
            let now = await counts().uploaded
            // What others may still want of what is here is being looked at.
            if now > uploaded || hasHadCompany && !checking.isEmpty { lastUpload = .now }
            uploaded = now
        }
        await plane.measure()
        let own = await counts()
        await leave()
        tell(.done(own: own, fleet: status))
        return .done(status)
    }

    private func leave() async {
        if let coordinator = await station.coordinator {
            // The others are to hear how it ended before nobody answers any more.
            let end = ContinuousClock.now + .milliseconds(1500)
            while await !coordinator.hasToldAll(but: client.node), .now < end { try? await Task.sleep(for: .milliseconds(20)) }
            status = await coordinator.status
        } else if case .renewed(_, let status) = await say(.renew(held: [], counts: await counts())) {
            self.status = status
        }
        _ = await say(.leave)
    }
}
