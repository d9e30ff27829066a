import FetchTypes
import Server

extension FleetMember {
    /// Joins the coordinator, or becomes it where there is none.
    /// - Returns: why this node is alone; nil where it has joined.
    func joinOrCoordinate() async throws -> String? {
        let started = ContinuousClock.now
        let isFirst = rank == 0
        if isFirst { await coordinate() }
        while !isJoined {
            try Task.checkCancellation()
            let waited = ContinuousClock.now - started
            if waited >= searchTimeout, leader == nil || lastRefusal != nil { return try continueAlone() }
            if let leader {
                try await join(leader)
                continue
            }
            if let found = try await findCoordinator() {
                leader = found
                continue
            }
            // The other nodes know this node's address: it need not wait for lower ranks.
            if rank != nil, !settings.roster.isOpen, settings.roster.hosts.count > 1, waited > .seconds(2) { await coordinate() }
            if settings.roster.isOpen, lastRefusal == nil, waited > .seconds(2) { await takeRendezvous() }
            try await Task.sleep(for: .milliseconds(200))
        }
        return nil
    }

    /// How long other members are looked for.
    private var searchTimeout: Duration { refused.isEmpty ? settings.joinTimeout : settings.accessTimeout }

    private func continueAlone() throws(Failure) -> String {
        if let lastRefusal { throw rankFailure(lastRefusal) }
        let roster = settings.roster
        let why = "nobody answered at \(roster.hosts[0]), port \(roster.port), for \(searchTimeout.components.seconds) s"
        if settings.isRequired { throw Self.aloneFailure(why) }
        tell(.warning(kind: "fleet", message: "\(why): this node goes on alone\(refused.isEmpty ? ", from the origin" : "")."))
        return why
    }

    static func aloneFailure(_ why: String) -> Failure {
        Failure(
            .unreachable, "this node is alone, and --fleet-required does not accept that.", why: "\(why).",
            hint: "start the other nodes with the same line, and make sure that they reach this one's --fleet address.")
    }

    /// Joins a coordinator; clears the leader where it refuses.
    func join(_ wanted: Leader) async throws {
        let isOwn = await requestHandler.coordinator?.epoch == wanted.epoch
        if !isOwn { await requestHandler.follow(epoch: wanted.epoch, rank: rank) }
        let kept = firstKept()
        let message = FleetJoin(
            rank: settings.roster.rank ?? rank, isRankGiven: settings.roster.rank != nil, address: address,
            controlPort: server?.port ?? 0, dataPort: dataPort, members: settings.roster.size, digest: manifest.digest, kept: kept,
            held: fetching.keys.filter(isShared), checking: checkingSpans, mark: await plane.mark,
            refused: Set(refused.keys).spans)
        let reply: FleetReply
        do {
            reply = try await client.send(.join(message), to: wanted.place, epoch: wanted.epoch)
        } catch {
            if error == .unauthenticated, !hasEverJoined { throw Self.wrongSecret(wanted.place) }
            leader = nil
            return
        }
        switch reply {
        case .joined(let rank): await finishJoining(rank, wanted, told: Set(kept.map(\.segment)))
        case .turnedAway(let refusal): try await handle(refusal)
        default: leader = nil
        }
    }

    /// - Parameter told: segments that were announced with the request to join.
    private func finishJoining(_ rank: Int, _ leader: Leader, told: Set<Int>) async {
        let isChange = leader.epoch != self.leader?.epoch || !isJoined
        let isMoved = rank != self.rank
        self.rank = rank
        self.leader = leader
        await requestHandler.follow(epoch: leader.epoch, rank: rank, leader: leader.place)
        isJoined = true
        lastReply = .now
        lastRefusal = nil
        if followed != leader.epoch {
            // A new coordinator's events are read from the first one.
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
        await announceRest(besides: told)
    }

    private func handle(_ refusal: FleetReply.Refusal) async throws {
        leader = nil
        switch refusal {
        case .manifest:
            throw Failure(
                .config, "the fleet fetches other files than this node.", why: "the files, their hashes or their commit differ.",
                hint: "run the same line on every node; name the commit (@REV) where the repo changes meanwhile.")
        case .size:
            throw Failure(
                .config, "the fleet has another size than \(settings.roster.size).",
                hint: "give every node the same --fleet-size, and ranks below it.")
        case .rankTaken, .full:
            // The member of that rank may have ended without leaving: its rank is free a few seconds later.
            lastRefusal = refusal
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    func rankFailure(_ refusal: FleetReply.Refusal) -> Failure {
        let size = settings.roster.size
        if refusal == .full {
            return Failure(
                .config, "the fleet has its \(size) nodes already.", hint: "count this one too: give all nodes --fleet-size \(size + 1)")
        }
        return Failure(
            .config, "another node of the fleet was given rank \(settings.roster.rank ?? 0) too.",
            hint: "give every node a rank of its own, from 0 to \(size - 1), or leave --fleet-rank out: a node without it gets a free one.")
    }

    static func wrongSecret(_ place: FleetClient.Place) -> Failure {
        Failure(
            .tokenRejected, "\(place.host), port \(place.port), does not accept this node's secret.", why: "the fleet has another one.",
            hint: "copy the file of --fleet-secret, or \(FleetSecret.variable), from a node that has joined.")
    }

    /// The first complete segments, as many as fit one message.
    private func firstKept() -> [KeptSegment] {
        let shared = localSegments.filter { isShared($0.key) }.sorted { $0.key < $1.key }
        return shared.prefix(32).map { kept($0.key, $0.value) }
    }

    private func kept(_ segment: Int, _ hashes: PieceHashes) -> KeptSegment {
        let known = hashers[segment].flatMap { $0.hashes == hashes ? $0.rank : nil }
        return KeptSegment(segment: segment, hashes: hashes, hasher: known)
    }

    /// Announces the other complete segments one by one, including those that were completed during the join.
    private func announceRest(besides told: Set<Int>) async {
        for (segment, hashes) in localSegments.sorted(by: { $0.key < $1.key }) where !told.contains(segment) {
            await announce(segment, .kept(kept(segment, hashes)))
        }
        // Where no hash is published, all members must agree on one.
        for (file, sha256) in verifiedFiles where manifest.files[file].sha256 == nil {
            guard isJoined else { return }
            _ = await send(.verified(file: file, sha256: sha256))
        }
    }
}
