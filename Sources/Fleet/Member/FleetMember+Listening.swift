import FetchTypes
import Server

extension FleetMember {
    /// Starts this node's server and the data plane.
    func listen() async throws {
        let roster = settings.roster
        if roster.isOpen, roster.rank ?? 0 == 0 {
            // The node that can listen at this address is rank 0.
            server = try? await serve(roster.hosts[0], roster.port)
            if server != nil { rank = 0 }
        }
        if !roster.isOpen { rank = roster.rank }
        if server == nil {
            let own = settings.interface ?? (roster.isOpen ? ownAddress() : nil) ?? "0.0.0.0"
            do {
                server = try await serve(own, roster.isOpen ? 0 : roster.port)
            } catch { throw listenFailure(error, own) }
        }
        let listening = server?.host ?? ""
        address = settings.interface ?? (listening == "0.0.0.0" || listening == "::" ? ownAddress() : listening) ?? "127.0.0.1"
        dataPort = try await plane.start(interface: address, rank: rank)
        // A file may have been opened before the plane could offer its segments; joining announces them to others.
        for (index, hashes) in localSegments where !manifest.segments[index].isBundle {
            await plane.offer(manifest.segments[index], hashes)
        }
    }

    private func serve(_ host: String, _ port: Int) async throws(ServerFault) -> HTTPServer {
        var limits = ServerLimits()
        limits.connections = 1024
        limits.connectionsPerPeer = 512
        return try await HTTPServer.start(host: host, port: port, limits: limits) { [requestHandler] in await requestHandler.answer($0) }
    }

    /// Coordinates at the fleet's address, where that is this machine's. A member with a configured rank other than 0 does so only after no
    /// other member has for a while.
    func takeRendezvous() async {
        let roster = settings.roster
        guard let other = try? await serve(roster.hosts[0], roster.port) else { return }
        await server?.stop()
        server = other
        await coordinate()
    }

    /// This machine's address on the route to the coordinator.
    private func ownAddress() -> String? {
        let roster = settings.roster
        // Rank 0 looks up the route to another member, because its own name may resolve to the loopback interface.
        let others = rank == 0 ? roster.hosts.dropFirst() : roster.hosts.prefix(1)
        return others.first.flatMap { OwnAddress.reaching($0, port: roster.port) }
    }

    private func listenFailure(_ fault: ServerFault, _ address: String) -> Failure {
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
}
