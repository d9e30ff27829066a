import FetchTypes
import Server

extension FleetMember {
    /// Joins that coordinator; where it does not take us, there is no leader.
    func join(_ wanted: Leader) async throws {
        let isOwn = await station.coordinator?.epoch == wanted.epoch
        if !isOwn { await station.follow(epoch: wanted.epoch, rank: rank) }
        let kept = firstKept()
        let message = FleetJoin(
            rank: settings.roster.rank ?? rank, isRankGiven: settings.roster.rank != nil, address: address,
            controlPort: server?.port ?? 0, dataPort: dataPort, members: settings.roster.size, digest: manifest.digest, kept: kept,
            held: Array(fetching.keys), checking: checkingSpans, mark: await plane.mark)
        let reply: FleetReply
        do {
            reply = try await client.say(.join(message), to: wanted.place, epoch: wanted.epoch)
        } catch {
            if error == .stranger, !hasEverJoined { throw Self.wrongSecret(wanted.place) }
            leader = nil
            return
        }
        switch reply {
        case .joined(let rank): await enterAs(rank, wanted, told: Set(kept.map(\.segment)))
        case .turnedAway(let refusal): try await turnedAway(refusal)
        default: leader = nil
        }
    }

    /// - Parameter told: segments that the coordinator has been told of.
    private func enterAs(_ rank: Int, _ leader: Leader, told: Set<Int>) async {
        let isChange = leader.epoch != self.leader?.epoch || !isJoined
        let isMoved = rank != self.rank
        self.rank = rank
        self.leader = leader
        await station.follow(epoch: leader.epoch, rank: rank)
        isJoined = true
        lastReply = .now
        lastRefusal = nil
        if followed != leader.epoch {
            // Its events are read from the first one.
            followed = leader.epoch
            cursor = 0
            known = [:]
            rounds = [:]
        }
        let shown = "\(leader.place.host):\(leader.place.port)"
        if !hasEverJoined || isMoved {
            tell(.joined(rank: rank, size: manifest.members, coordinator: shown))
        } else if isChange, let hello = try? await client.hello(leader.place), let other = hello.rank {
            tell(.coordinator(rank: other, address: shown))
        }
        hasEverJoined = true
        await sayRest(besides: told)
    }

    private func turnedAway(_ refusal: FleetReply.Refusal) async throws {
        leader = nil
        switch refusal {
        case .manifest:
            throw Failure(
                .config, "the fleet fetches something else than this node.", why: "its files, their hashes or their commit are others.",
                hint: "run the same line on every node; name the commit (@REV) where the repo changes meanwhile.")
        case .size:
            throw Failure(
                .config, "the fleet has another size than \(settings.roster.size).",
                hint: "give every node the same --fleet-size, and ranks below it.")
        case .rankTaken, .full:
            // Who had the place may have ended without a word: it is free a few seconds later.
            lastRefusal = refusal
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    func noPlace(_ refusal: FleetReply.Refusal) -> Failure {
        let size = settings.roster.size
        if refusal == .full {
            return Failure(
                .config, "the fleet has its \(size) nodes already.", hint: "count this one too: give all nodes --fleet-size \(size + 1)")
        }
        return Failure(
            .config, "another node of the fleet was given rank \(settings.roster.rank ?? 0) too.",
            hint: "give every node a rank of its own, from 0 to \(size - 1), or leave --fleet-rank out: a node without it gets a free one.")
    }

    /// What is here, as much of it as one message takes.
    private func firstKept() -> [KeptSegment] {
        mine.sorted { $0.key < $1.key }.prefix(32).map { KeptSegment(segment: $0.key, hashes: $0.value) }
    }

    /// The rest of what is here, message by message: also what has come while it joined.
    private func sayRest(besides told: Set<Int>) async {
        for (segment, hashes) in mine.sorted(by: { $0.key < $1.key }) where !told.contains(segment) {
            await sayHave(segment, hashes)
        }
        // The hash that all agree on where none is published.
        for (file, sha256) in verifiedFiles where manifest.files[file].sha256 == nil {
            guard isJoined else { return }
            _ = await say(.verified(file: file, sha256: sha256))
        }
    }
}
