import Server
import Testing

@testable import Fleet

/// Coordinators that are not where a member looks first.
@Suite struct CoordinatorSearchTests {
    private func world() throws -> FakeWorld {
        let files = [FleetFile(name: "0", size: 64 << 20, sha256: FleetMemberTests.right)]
        return FakeWorld(try FleetManifest(files: files, members: 2))
    }

    private func coordinators(_ node: FleetMemberTests.Node) -> [Int] {
        node.notes.compactMap { if case .coordinator(let rank, _) = $0 { rank } else { nil } }
    }

    @Test(.timeLimit(.minutes(1))) func aMemberAtTheAddressNamesTheCoordinator() async throws {
        let world = try world()
        let port = try await FleetMemberTests.freePort()
        let first = try FleetMemberTests.Node(world, port: port)
        // The node at the fleet's address follows a coordinator elsewhere.
        let secret = try FleetSecret(text: FleetMemberTests.secret)
        let handler = FleetRequestHandler(secret: secret, manifest: world.manifest, readBundle: { _ in nil })
        await handler.follow(epoch: RequestStamp.randomName(), rank: 1, leader: FleetClient.Place(host: "127.0.0.1", port: port))
        let follower = try await HTTPServer.start(host: "127.0.0.1", port: 0) { await handler.answer($0) }
        let late = try FleetMemberTests.Node(world, port: follower.port)
        async let one = first.run()
        async let two = late.run()
        _ = try await (one, two)
        await follower.stop()
        #expect(late.notes.first == .joined(rank: 1, size: 2, coordinator: "127.0.0.1:\(port)"))
        #expect(late.warnings.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func ofTwoCoordinatorsTheLowerRankWinsAfterACut() async throws {
        let world = try world()
        let ports = [try await FleetMemberTests.freePort(), try await FleetMemberTests.freePort()]
        let low = try FleetMemberTests.Node(world, port: ports[0])
        let high = try FleetMemberTests.Node(world, port: ports[1]) { settings in
            settings.roster = FleetRoster(size: 2, rank: 1, hosts: ["127.0.0.1"], port: ports[1], isOpen: true)
        }
        async let one = low.run()
        async let two = high.run()
        while high.notes.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(high.notes.first == .joined(rank: 1, size: 2, coordinator: "127.0.0.1:\(ports[1])"))
        // The member of rank 0 is considered gone, and its last place is known.
        await high.member.remember(rank: 0, FleetClient.Place(host: "127.0.0.1", port: ports[0]))
        while coordinators(high).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(coordinators(high) == [0])
        _ = try await (one, two)
    }
}

extension FleetMember {
    fileprivate func remember(rank: Int, _ place: FleetClient.Place) { lastPlaces[rank] = place }
}
