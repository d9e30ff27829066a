import FetchTypes
import Server

extension FleetMember {
    /// Starts this node's own server, and the data plane.
    func listen() async throws {
        let roster = settings.roster
        if roster.isOpen, roster.rank ?? 0 == 0 {
            // Who can listen there is rank 0.
            server = try? await serve(roster.hosts[0], roster.port)
            if server != nil { rank = 0 }
        }
        if !roster.isOpen { rank = roster.rank }
        if server == nil {
            let own = settings.interface ?? (roster.isOpen ? ownAddress() : nil) ?? "0.0.0.0"
            do {
                server = try await serve(own, roster.isOpen ? 0 : roster.port)
            } catch { throw refusal(error, own) }
        }
        let listening = server?.host ?? ""
        address = settings.interface ?? (listening == "0.0.0.0" || listening == "::" ? ownAddress() : listening) ?? "127.0.0.1"
        dataPort = try await plane.start(interface: address, rank: rank)
        // A file may have been opened before the plane could offer its segments; others hear of them on joining.
        for (index, hashes) in mine where !manifest.segments[index].isBundle { await plane.offer(manifest.segments[index], hashes) }
    }

    private func serve(_ host: String, _ port: Int) async throws(ServerFault) -> HTTPServer {
        var limits = ServerLimits()
        limits.connections = 1024
        limits.connectionsPerPeer = 512
        return try await HTTPServer.start(host: host, port: port, limits: limits) { [station] in await station.answer($0) }
    }

    /// Coordinates at the address where the fleet meets, where that is this machine's: a member that was given another rank than 0 does so
    /// only when nobody else has for a while.
    private func takeAddress() async {
        let roster = settings.roster
        guard let other = try? await serve(roster.hosts[0], roster.port) else { return }
        await server?.stop()
        server = other
        await coordinate()
    }

    /// The address of this machine that reaches the coordinator.
    private func ownAddress() -> String? {
        let roster = settings.roster
        // Rank 0 asks for the way to another member: its own name may lead to the loopback interface.
        let others = rank == 0 ? roster.hosts.dropFirst() : roster.hosts.prefix(1)
        return others.first.flatMap { OwnAddress.reaching($0, port: roster.port) }
    }

    private func refusal(_ fault: ServerFault, _ address: String) -> Failure {
        let port = settings.roster.port
        switch fault {
        case .portTaken:
            return Failure(
                .unreachable, "port \(port) of \(address) is taken, so this node cannot take part in the fleet.",
                why: "another process listens there.", hint: "give all nodes another one: --fleet-port \(port + 100)")
        case .notOurAddress, .unknownHost:
            return Failure(
                .usage, "\(address) is not an address of this machine.", hint: "give one that `ip addr` shows: --fleet-interface IP")
        case .failed(let why):
            return Failure(.unreachable, "this node cannot listen on \(address), port \(port).", why: "\(why).")
        }
    }

    /// Finds the coordinator and joins, or becomes it.
    /// - Returns: why this node is alone; nil where it has joined.
    func enter() async throws -> String? {
        let started = ContinuousClock.now
        let isFirst = rank == 0
        if isFirst { await coordinate() }
        while !isJoined {
            try Task.checkCancellation()
            let waited = ContinuousClock.now - started
            if waited >= settings.joinTimeout, leader == nil || lastRefusal != nil { return try alone() }
            if let leader {
                try await join(leader)
                continue
            }
            if let found = try await findCoordinator() {
                leader = found
                continue
            }
            // A node whose address the others know need not wait for those before it.
            if rank != nil, !settings.roster.isOpen, settings.roster.hosts.count > 1, waited > .seconds(2) { await coordinate() }
            if settings.roster.isOpen, lastRefusal == nil, waited > .seconds(2) { await takeAddress() }
            try await Task.sleep(for: .milliseconds(200))
        }
        return nil
    }

    private func alone() throws(Failure) -> String {
        if let lastRefusal { throw noPlace(lastRefusal) }
        let roster = settings.roster
        let why = "nobody answered at \(roster.hosts[0]), port \(roster.port), for \(settings.joinTimeout / .seconds(1)) s"
        if settings.isRequired { throw Self.nobody(why) }
        tell(.warning(kind: "fleet", message: "\(why): this node goes on alone, from the origin."))
        return why
    }

    static func nobody(_ why: String) -> Failure {
        Failure(
            .unreachable, "this node is alone, and --fleet-required does not accept that.", why: "\(why).",
            hint: "start the other nodes with the same line, and see that they reach this one's --fleet address.")
    }

    /// Asks the members that are known, the lowest rank first.
    func findCoordinator() async throws -> Leader? {
        for place in candidates(below: settings.roster.size) {
            do {
                let hello = try await client.hello(place)
                if hello.isCoordinator { return Leader(place: place, epoch: hello.epoch) }
            } catch .stranger where !hasEverJoined {
                throw Self.wrongSecret(place)
            } catch {
                continue
            }
        }
        return nil
    }

    static func wrongSecret(_ place: FleetClient.Place) -> Failure {
        Failure(
            .tokenRejected, "\(place.host), port \(place.port), does not accept this node's secret.", why: "the fleet has another one.",
            hint: "copy the file of --fleet-secret, or \(FleetSecret.variable), from a node that is in.")
    }

    /// Where members of lower ranks than that listen, in order, as far as it is known; this one is left out.
    func candidates(below limit: Int) -> [FleetClient.Place] {
        let roster = settings.roster
        return (0..<max(limit, 0)).compactMap { other in
            guard other != rank else { return nil }
            if let peer = peers[other] { return FleetClient.Place(host: peer.address, port: peer.controlPort) }
            return roster.hosts.indices.contains(other) ? FleetClient.Place(host: roster.hosts[other], port: roster.port) : nil
        }
    }

    /// Becomes the coordinator, and its own first member.
    func coordinate() async {
        // Those who had another one are to say what they have before the first segment is given out.
        let coordinator = Coordinator(manifest: manifest, opensAt: hasEverJoined ? .milliseconds(1500) : .zero)
        await station.coordinate(coordinator, rank: rank)
        let host = server?.host ?? "127.0.0.1"
        leader = Leader(
            place: FleetClient.Place(host: host == "0.0.0.0" ? "127.0.0.1" : host, port: server?.port ?? 0), epoch: coordinator.epoch)
        isJoined = false
    }
}
