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

    /// Asks until all lists are known, no node has them, or the members that are awaited have had ``limit``.
    /// - Parameter keys: at most ``FleetListQuestion/most``; others are not asked for.
    /// - Returns: the lists that were found.
    /// - Throws: ``Failure`` (77) where another node has another secret; `CancellationError`.
    package func run(_ keys: Set<String>) async throws -> [String: String] {
        let client = FleetClient(secret: secret, userAgent: settings.userAgent)
        defer { client.shutDown() }
        let listener = FleetListServer(secret: secret, size: settings.roster.size)
        let server = await listen(listener)
        let wanted = Array(keys.sorted().prefix(FleetListQuestion.most))
        do {
            let found = try await ask(wanted, client, listener, isFirst: server != nil)
            await server?.stop()
            return found
        } catch {
            await server?.stop()
            throw error
        }
    }

    /// How long the other nodes are awaited.
    var limit: Duration { max(settings.linger, settings.joinTimeout) }

    private func ask(
        _ wanted: [String], _ client: FleetClient, _ listener: FleetListServer, isFirst: Bool
    ) async throws -> [String: String] {
        let started = ContinuousClock.now
        var found: [String: String] = [:]
        while found.count < wanted.count, .now - started < limit {
            try Task.checkCancellation()
            let missing = wanted.filter { found[$0] == nil }
            var isHopeless = await listener.isHopeless
            for answer in try await answers(to: missing, from: places(await listener.places, isFirst: isFirst), client) {
                found.merge(answer.lists.filter { missing.contains($0.key) }) { old, _ in old }
                if answer.isHopeless { isHopeless = true }
            }
            if found.count == wanted.count { break }
            if isHopeless {
                // The others know it only from this node.
                let end = ContinuousClock.now + .seconds(3)
                while await !listener.haveAllBeenTold, .now < end { try await Task.sleep(for: .milliseconds(50)) }
                break
            }
            try await Task.sleep(for: Self.pause)
        }
        return found
    }

    /// Where other nodes may be: those that have said so, and those that the roster names.
    private func places(_ offered: Set<FleetClient.Place>, isFirst: Bool) -> [FleetClient.Place] {
        let roster = settings.roster
        let own = roster.rank ?? (isFirst ? 0 : nil)
        let named = roster.hosts.indices.filter { $0 != own }.map { FleetClient.Place(host: roster.hosts[$0], port: roster.port) }
        return Array(offered) + named
    }

    /// Asks all at once. Nodes that are not there are left out.
    private func answers(
        to keys: [String], from places: [FleetClient.Place], _ client: FleetClient
    ) async throws -> [FleetListAnswer] {
        try await withThrowingTaskGroup(of: FleetListAnswer?.self) { group in
            for place in places {
                group.addTask {
                    do throws(FleetClient.Fault) {
                        return try await client.lists(keys, from: place)
                    } catch {
                        if error == .unauthenticated { throw FleetMember.wrongSecret(place) }
                        return nil
                    }
                }
            }
            var answers: [FleetListAnswer] = []
            for try await answer in group { if let answer { answers.append(answer) } }
            return answers
        }
    }

    /// Listens at the fleet's address where this node is, or may be, the first one: the others know only that address.
    private func listen(_ listener: FleetListServer) async -> HTTPServer? {
        let roster = settings.roster
        guard roster.rank ?? 0 == 0, roster.isOpen || roster.rank == 0 else { return nil }
        var limits = ServerLimits()
        limits.maximumBody = 1 << 20
        return try? await HTTPServer.start(
            host: roster.isOpen ? roster.hosts[0] : settings.interface ?? "0.0.0.0", port: roster.port, limits: limits
        ) { await listener.answer($0) }
    }
}
