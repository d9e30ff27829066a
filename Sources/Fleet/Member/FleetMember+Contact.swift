import FetchTypes

extension FleetMember {
    /// Says a message to the coordinator.
    /// - Returns: nil where it does not answer, or is none any more.
    func say(_ message: FleetMessage) async -> FleetReply? {
        guard isJoined, let leader else { return nil }
        do {
            let reply = try await client.say(message, to: leader.place, epoch: leader.epoch)
            guard self.leader == leader else { return nil }
            lastReply = .now
            if reply == .unknown { isJoined = false }
            return reply
        } catch {
            // Another one has taken its place there, or it has given up.
            if error == .stale, self.leader == leader { isJoined = false }
            return nil
        }
    }

    /// Says a message until a coordinator has answered it.
    /// - Returns: nil once the fleet is over for this node.
    func insist(_ message: FleetMessage) async throws -> FleetReply? {
        while !isOver {
            if let reply = await say(message), reply != .unknown { return reply }
            try await Task.sleep(for: .milliseconds(200))
        }
        return nil
    }

    /// Every second: what is in hand, and whether there is still a coordinator.
    func keepInTouch() async throws -> FleetOutcome? {
        let started = ContinuousClock.now
        var hasSaidAlone = false
        while true {
            // Whoever has the file's lock may be no member.
            if .now - started > settings.joinTimeout { expected = [] }
            if !isJoined {
                try await rejoin()
            } else if case .renewed(_, let status) = await say(.renew(held: held, checking: checkingSpans, counts: await counts())) {
                // What is lost to another one is fetched to its end all the same: the coordinator takes whoever is first.
                self.status = status
                tell(.status(status))
            } else if .now - lastReply > Self.leaderSilence {
                isJoined = false
                continue
            }
            await station.coordinator?.tick()
            if !hasHadCompany, !hasSaidAlone, .now - started > settings.joinTimeout, !isAllDone {
                hasSaidAlone = true
                try sayAlone()
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Nobody has joined a coordinator: it goes on, and who comes later is welcome.
    private func sayAlone() throws(Failure) {
        let why = "no other node has joined for \(settings.joinTimeout / .seconds(1)) s"
        if settings.isRequired { throw Self.nobody(why) }
        tell(.warning(kind: "fleet", message: "\(why): this node goes on alone, from the origin; others may still join."))
    }

    var held: [HeldSegment] {
        fetching.map { HeldSegment(segment: $0.key, bytes: $0.value.bytes, rate: $0.value.rate) }
    }

    /// This member's bytes so far.
    func counts() async -> FleetCounts {
        let traffic = await plane.traffic
        let running = fetching.values.reduce(0) { $0 + $1.bytes }
        return FleetCounts(
            origin: originBytes + running, peers: traffic.downloaded + bundleBytes,
            uploaded: traffic.uploaded + (await station.uploaded), peerRate: traffic.downloadRate)
    }

    /// After the coordinator was lost: joins another, or becomes it. The lowest rank that can be reached is it.
    private func rejoin() async throws {
        let old = leader
        let since = ContinuousClock.now
        while !isJoined {
            try Task.checkCancellation()
            // Its own one has given its rank to a member that was given it.
            if let leader, await station.coordinator?.epoch == leader.epoch {
                try await join(leader)
                if isJoined { return }
            }
            // The old one may only have restarted, under another epoch.
            if let found = try await findCoordinator() {
                leader = found
                try await join(found)
                if isJoined { return }
            }
            let isLowest = try await !isAnyLowerAlive()
            if rank != nil, isLowest || .now - since > .seconds(10) {
                await coordinate()
                if let leader, leader != old { try await join(leader) }
            } else {
                try await Task.sleep(for: .milliseconds(300))
            }
        }
    }

    private func isAnyLowerAlive() async throws -> Bool {
        for place in candidates(below: rank ?? 0) where (try? await client.hello(place)) != nil { return true }
        return false
    }

    /// Of two coordinators the one of the lower rank stays.
    func watchOtherCoordinators() async throws -> FleetOutcome? {
        while true {
            try await Task.sleep(for: .milliseconds(500))
            guard let coordinator = await station.coordinator, isJoined, let rank else { continue }
            for place in candidates(below: rank) {
                guard let hello = try? await client.hello(place), hello.isCoordinator, hello.epoch != coordinator.epoch,
                    hello.digest == manifest.digest
                else { continue }
                leader = Leader(place: place, epoch: hello.epoch)
                isJoined = false
                try await join(Leader(place: place, epoch: hello.epoch))
                break
            }
        }
    }

    /// Takes the coordinator's events in their order.
    func followEvents() async throws -> FleetOutcome? {
        while true {
            guard isJoined, let leader else {
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            let first = cursor
            guard let news = try? await client.events(since: first, from: leader.place, epoch: leader.epoch) else {
                try await Task.sleep(for: .milliseconds(200))
                continue
            }
            // Another coordinator numbers its own events.
            guard self.leader == leader, isJoined, cursor == first else { continue }
            lastReply = .now
            for event in news.events { await apply(event) }
            if self.leader == leader, cursor == first { cursor = news.next }
            obtainMore()
        }
    }

    private func apply(_ event: FleetEvent) async {
        switch event {
        case .member(let peer):
            guard peers[peer.rank] != peer else { return }
            // What the rank's earlier process had, this one has not.
            if peers[peer.rank] != nil { for segment in known.keys { known[segment]?.owners.remove(peer.rank) } }
            peers[peer.rank] = peer
            if peers.count > 1 { hasHadCompany = true }
            await plane.peersChanged(reachable)
            await look(at: peer)
        case .gone(let rank):
            guard peers.removeValue(forKey: rank) != nil else { return }
            for segment in known.keys { known[segment]?.owners.remove(rank) }
            if rank != self.rank { tell(.gone(rank: rank)) }
            await plane.peersChanged(reachable)
        case .excluded(let rank):
            guard excluded.insert(rank).inserted else { return }
            tell(.warning(kind: "fleet", message: "what rank \(rank) hashed was wrong: nothing more is taken from it."))
            await plane.peersChanged(reachable)
        case .have(let segment, let hashes, let keeper):
            guard manifest.segments.indices.contains(segment), hashes.sha1.count == manifest.segments[segment].pieces else { return }
            known[segment] = Known(hashes: hashes, keeper: keeper, owners: [keeper])
        case .got(let segments, let rank):
            for segment in segments { known[segment]?.owners.insert(rank) }
        case .lost(let segments):
            for segment in segments { known[segment] = nil }
        case .void(let segments, let file, let round): await void(segments, file, round)
        case .replaced(let segment, let hashes, let keeper, let file, let round):
            guard round > rounds[file, default: 0] else { return }
            rounds[file] = round
            await replace(segment, Known(hashes: hashes, keeper: keeper, owners: [keeper]), of: file)
        case .right(let file): changes[file, default: 0] += 1
        case .hopeless: break
        case .allDone: isAllDone = true
        }
    }

    /// Members that bytes are exchanged with, by rank.
    private var reachable: [FleetPeer] { peers.values.filter { !excluded.contains($0.rank) }.sorted { $0.rank < $1.rank } }

    /// A file was wrong: its segments are fetched again, by whoever claims them.
    func void(_ segments: [Int], _ file: Int, _ round: Int) async {
        guard round > rounds[file, default: 0] else { return }
        rounds[file] = round
        voids[file, default: 0] += 1
        let here = segments.filter { manifest.segments.indices.contains($0) }
        for segment in here {
            known[segment] = nil
            mine[segment] = nil
        }
        guard !settledFiles.contains(file) else { return }
        await plane.discard(here.map { manifest.segments[$0] })
    }
}
