extension FleetMember {
    /// Applies the coordinator's events in their order.
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
            // Another coordinator has its own numbers.
            guard self.leader == leader, isJoined, cursor == first else { continue }
            lastReply = .now
            let before = Set(peers.keys)
            for event in news.events { await apply(event) }
            // A member that is gone and back within these events has never been gone for this one.
            for gone in before.subtracting(peers.keys).sorted() where gone != rank { tell(.gone(rank: gone)) }
            if self.leader == leader, cursor == first { cursor = news.next }
            obtainMore()
        }
    }

    private func apply(_ event: FleetEvent) async {
        switch event {
        case .member(let peer):
            guard peers[peer.rank] != peer else { return }
            // A new process of the rank lacks the segments of the earlier one.
            if peers[peer.rank] != nil { for segment in known.keys { known[segment]?.owners.remove(peer.rank) } }
            // Another machine is not to blame for what the rank's earlier one hashed.
            if let place = lastPlaces[peer.rank], place.host != peer.address { hashers = hashers.filter { $0.value.rank != peer.rank } }
            peers[peer.rank] = peer
            lastPlaces[peer.rank] = FleetClient.Place(host: peer.address, port: peer.controlPort)
            if peers.count > 1 { hasSeenOthers = true }
            await plane.peersChanged(reachable)
            await checkFolder(of: peer)
        case .gone(let rank):
            guard peers.removeValue(forKey: rank) != nil else { return }
            for segment in known.keys { known[segment]?.owners.remove(rank) }
            await plane.peersChanged(reachable)
        case .excluded(let rank):
            guard excluded.insert(rank).inserted else { return }
            tell(.warning(kind: "fleet", message: "rank \(rank) hashed wrong bytes: nothing more is taken from it."))
            await plane.peersChanged(reachable)
        case .have(let segment, let hashes, let keeper):
            guard manifest.segments.indices.contains(segment), hashes.sha1.count == manifest.segments[segment].pieces else { return }
            known[segment] = Known(hashes: hashes, keeper: keeper, owners: [keeper])
            if hashers[segment]?.hashes != hashes { hashers[segment] = (keeper, hashes) }
        case .got(let segments, let rank):
            for segment in segments { known[segment]?.owners.insert(rank) }
        case .lost(let segments):
            for segment in segments { known[segment] = nil }
        case .void(let segments, let file, let round): await void(segments, file, round)
        case .replaced(let segment, let hashes, let keeper, let file, let round):
            guard round > rounds[file, default: 0] else { return }
            rounds[file] = round
            hashers[segment] = (keeper, hashes)
            await replace(segment, Known(hashes: hashes, keeper: keeper, owners: [keeper]), of: file)
        case .right(let file): changes[file, default: 0] += 1
        case .hopeless: break
        case .allDone: isAllDone = true
        }
    }

    /// The members that exchange bytes, by rank.
    private var reachable: [FleetPeer] { peers.values.filter { !excluded.contains($0.rank) }.sorted { $0.rank < $1.rank } }

    /// Discards the segments of a file that was wrong. They are claimed and fetched again.
    func void(_ segments: [Int], _ file: Int, _ round: Int) async {
        guard round > rounds[file, default: 0] else { return }
        rounds[file] = round
        voids[file, default: 0] += 1
        let here = segments.filter { manifest.segments.indices.contains($0) }
        for segment in here {
            known[segment] = nil
            localSegments[segment] = nil
        }
        guard !settledFiles.contains(file) else { return }
        await plane.discard(here.map { manifest.segments[$0] })
    }
}
