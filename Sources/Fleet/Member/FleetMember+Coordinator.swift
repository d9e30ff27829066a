import FetchTypes
import Server

/// Finds the coordinator, or becomes it.
extension FleetMember {
    /// Asks the known members; of several coordinators the one of the lowest rank counts.
    func findCoordinator() async throws -> Leader? {
        var named: Set<FleetClient.Place> = []
        for (place, answer) in await hellos(candidates(below: settings.roster.size)) {
            switch answer {
            case .success(let hello) where hello.isCoordinator: return Leader(place: place, epoch: hello.epoch)
            case .success(let hello): hello.leader.map { _ = named.insert($0) }
            case .failure(.unauthenticated) where !hasEverJoined: throw Self.wrongSecret(place)
            case .failure: break
            }
        }
        // A node that joins knows the fleet's address only, and the coordinator may be elsewhere by now.
        guard !hasEverJoined else { return nil }
        for (place, answer) in await hellos(Array(named)) {
            if case .success(let hello) = answer, hello.isCoordinator { return Leader(place: place, epoch: hello.epoch) }
        }
        return nil
    }

    /// Asks members who they are, all at once. The answers have the order of the places.
    private func hellos(_ places: [FleetClient.Place]) async -> [(FleetClient.Place, Result<FleetHello, FleetClient.Fault>)] {
        await withTaskGroup(of: (Int, Result<FleetHello, FleetClient.Fault>).self) { [client] group in
            for (number, place) in places.enumerated() {
                group.addTask {
                    do throws(FleetClient.Fault) {
                        let hello = try await client.hello(place)
                        return (number, .success(hello))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            var answers: [Int: Result<FleetHello, FleetClient.Fault>] = [:]
            for await (number, answer) in group {
                answers[number] = answer
                if case .success(let hello) = answer, hello.wantsLists { await offerLists(to: places[number]) }
            }
            return places.indices.map { (places[$0], answers[$0] ?? .failure(.unreachable)) }
        }
    }

    /// Tells a node that is no member yet, because it lacks the file list, where this one is.
    private func offerLists(to place: FleetClient.Place) async {
        guard !lists.isEmpty, let port = server?.port else { return }
        try? await client.offerLists(at: FleetClient.Place(host: address, port: port), to: place)
    }

    /// The known addresses of other members of ranks below a limit, in order.
    func candidates(below limit: Int) -> [FleetClient.Place] {
        let roster = settings.roster
        return (0..<max(limit, 0)).compactMap { other in
            guard other != rank else { return nil }
            if let place = lastPlaces[other] { return place }
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
        await hellos(candidates(below: rank ?? 0)).contains { if case .success = $0.1 { true } else { false } }
    }

    /// Stops coordinating where a member of a lower rank coordinates the same fleet.
    func watchOtherCoordinators() async throws -> FleetOutcome? {
        while true {
            try await Task.sleep(for: .milliseconds(500))
            guard let coordinator = await requestHandler.coordinator, isJoined, let rank else { continue }
            for (place, answer) in await hellos(candidates(below: rank)) {
                guard case .success(let hello) = answer, hello.isCoordinator, hello.epoch != coordinator.epoch,
                    hello.digest == manifest.digest, hello.rank ?? .max < rank
                else { continue }
                leader = Leader(place: place, epoch: hello.epoch)
                isJoined = false
                try await join(Leader(place: place, epoch: hello.epoch))
                break
            }
        }
    }
}
