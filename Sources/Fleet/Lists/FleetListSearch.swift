import FetchTypes
import Server

/// Asks the other nodes of a fleet for file lists, before this node can join: without the list it does not know the manifest.
package struct FleetListSearch: Sendable {
    private let settings: FleetSettings
    private let secret: FleetSecret

    package init(_ settings: FleetSettings, secret: FleetSecret) {
        (self.settings, self.secret) = (settings, secret)
    }

    /// A node that does not know a list yet may still be asking the source for it.
    private static let pause = Duration.milliseconds(300)

    /// What one round of questions has brought.
    private struct Round: Sendable {
        var found: [String: String] = [:]
        var hopeless: Set<String> = []
        var words: [FleetListCensus.Word] = []
    }

    /// A node to ask.
    private struct Other: Sendable {
        var place: FleetClient.Place
        var address: String?
        var rank: Int?
    }

    /// Asks until all lists are known, no node has those that are missing, or the members that are awaited have had ``FleetSettings/accessTimeout``.
    /// - Parameters:
    ///   - keys: at most ``FleetListQuestion/most``; others are not asked for.
    ///   - lists: those that this node has. It gives them to nodes that ask meanwhile.
    /// - Returns: the lists that were found.
    /// - Throws: ``Failure`` (77) where another node has another secret; `CancellationError`.
    package func run(_ keys: Set<String>, having lists: FleetLists = .none) async throws -> [String: String] {
        // A node that is silent for 5 s does not delay the answers of the others further. A long list may take longer.
        let client = FleetClient(secret: secret, userAgent: settings.userAgent, silenceLimit: 5)
        defer { client.shutDown() }
        let listener = FleetListServer(secret: secret, size: settings.roster.size, rank: settings.roster.rank, lists: lists)
        let server = await listen(listener)
        if let server { await listener.begin(at: server.host) }
        let wanted = Set(keys.sorted().prefix(FleetListQuestion.most))
        do {
            let found = try await ask(wanted, client, listener, isFirst: server != nil)
            await server?.stop()
            return found
        } catch {
            await server?.stop()
            throw error
        }
    }

    private func ask(
        _ wanted: Set<String>, _ client: FleetClient, _ listener: FleetListServer, isFirst: Bool
    ) async throws -> [String: String] {
        let started = ContinuousClock.now
        var found: [String: String] = [:]
        var missing = wanted
        while !missing.isEmpty, .now - started < settings.accessTimeout {
            try Task.checkCancellation()
            let round = try await answers(to: missing, from: others(await listener.offers, isFirst: isFirst), client)
            await listener.note(round.found, hopeless: round.hopeless, round.words)
            found.merge(round.found) { old, _ in old }
            missing.subtract(round.found.keys)
            if missing.isEmpty { break }
            if await listener.hopeless(among: missing) == missing {
                // The others may know it only from this node.
                let end = ContinuousClock.now + .seconds(8)
                while await !listener.haveAllBeenTold(missing), .now < end { try await Task.sleep(for: .milliseconds(50)) }
                break
            }
            try await Task.sleep(for: Self.pause)
        }
        return found
    }

    /// Where other nodes may be: those that have said so, and those that the roster names.
    private func others(_ offers: [FleetClient.Place: String], isFirst: Bool) -> [Other] {
        let roster = settings.roster
        let own = roster.rank ?? (isFirst ? 0 : nil)
        let named = roster.hosts.indices.filter { $0 != own }.map { index in
            // At an open fleet's address any node may be.
            Other(place: FleetClient.Place(host: roster.hosts[index], port: roster.port), rank: roster.isOpen ? nil : index)
        }
        return offers.map { Other(place: $0.key, address: $0.value) } + named
    }

    /// Asks all at once, until all lists are found. Nodes that are not there are left out.
    private func answers(to missing: Set<String>, from others: [Other], _ client: FleetClient) async throws -> Round {
        let (keys, roster) = (missing.sorted(), settings.roster)
        return try await withThrowingTaskGroup(of: (Other, FleetListAnswer)?.self) { group in
            for other in others {
                group.addTask {
                    do throws(FleetClient.Fault) {
                        let answer = try await client.lists(FleetListQuestion(keys: keys, rank: roster.rank), from: other.place)
                        return (other, answer)
                    } catch {
                        if error == .unauthenticated { throw FleetMember.wrongSecret(other.place) }
                        return nil
                    }
                }
            }
            defer { group.cancelAll() }
            var round = Round()
            for try await case (let other, let answer)? in group {
                round.found.merge(answer.lists.filter { missing.contains($0.key) }) { old, _ in old }
                round.hopeless.formUnion(answer.hopeless.intersection(missing))
                // Where the roster gives the ranks, it names this node too, by its rank.
                let rank = answer.rank ?? other.rank
                if rank != nil || roster.isOpen {
                    let lacks = missing.subtracting(answer.lists.keys)
                    round.words.append(FleetListCensus.Word(place: other.place, address: other.address, rank: rank, lacks: lacks))
                }
                if missing.isSubset(of: round.found.keys) { break }
            }
            return round
        }
    }

    /// Listens where the other nodes look for this one: at the fleet's address if that is, or may be, this node's, or at its own where the
    /// roster names all nodes.
    private func listen(_ listener: FleetListServer) async -> HTTPServer? {
        let roster = settings.roster
        guard roster.rank ?? 0 == 0 ? roster.isOpen || roster.rank == 0 : !roster.isOpen && roster.hosts.count > 1 else { return nil }
        var limits = ServerLimits()
        (limits.maximumBody, limits.connections, limits.connectionsPerPeer) = (1 << 20, 1024, 512)
        return try? await HTTPServer.start(
            host: roster.isOpen ? roster.hosts[0] : settings.interface ?? "0.0.0.0", port: roster.port, limits: limits
        ) { await listener.answer($0) }
    }
}
