import FetchTypes
import Server

/// Finds the coordinator, or becomes it.
extension FleetMember {
    /// Asks the known members, the lowest rank first.
    func findCoordinator() async throws -> Leader? {
        for place in candidates(below: settings.roster.size) {
            do {
                let hello = try await client.hello(place)
                if hello.isCoordinator { return Leader(place: place, epoch: hello.epoch) }
            } catch .unauthenticated where !hasEverJoined {
                throw Self.wrongSecret(place)
            } catch {
                continue
            }
        }
        return nil
    }

    /// The known addresses of other members of ranks below a limit, in order.
    func candidates(below limit: Int) -> [FleetClient.Place] {
        let roster = settings.roster
        return (0..<max(limit, 0)).compactMap { other in
            guard other != rank else { return nil }
            if let peer = peers[other] { return FleetClient.Place(host: peer.address, port: peer.controlPort) }
            return roster.hosts.indices.contains(other) ? FleetClient.Place(host: roster.hosts[other], port: roster.port) : nil
        }
    }

    /// Becomes the coordinator. This member then joins it like the others.
    func coordinate() async {
        let coordinator = Coordinator(manifest: manifest, isSuccessor: hasEverJoined)
        await requestHandler.coordinate(coordinator, rank: rank)
        let host = server?.host ?? "127.0.0.1"
        leader = Leader(
            place: FleetClient.Place(host: host == "0.0.0.0" ? "127.0.0.1" : host, port: server?.port ?? 0), epoch: coordinator.epoch)
        isJoined = false
    }

    /// Joins another coordinator after one was lost, or becomes it. The reachable member of the lowest rank coordinates.
    func rejoin() async throws {
        let old = leader
        let since = ContinuousClock.now
        while !isJoined {
            try Task.checkCancellation()
            // This member's own coordinator gave its rank to a member that was configured with it.
            if let leader, await requestHandler.coordinator?.epoch == leader.epoch {
                try await join(leader)
                if isJoined { return }
            }
            // The old coordinator may have restarted under another epoch.
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

    /// Stops coordinating where a member of a lower rank coordinates the same fleet.
    func watchOtherCoordinators() async throws -> FleetOutcome? {
        while true {
            try await Task.sleep(for: .milliseconds(500))
            guard let coordinator = await requestHandler.coordinator, isJoined, let rank else { continue }
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
}
