import FetchTypes
import Synchronization
import Testing

@testable import Fleet

/// Members to which the origin does not give every file.
@Suite struct RefusedFileTests {
    private static let gated = Failure(.gated, "the repo is gated.", why: "no token was sent.")

    private func world(_ mebibytes: [Int64], members: Int = 2) throws -> FakeWorld {
        let files = mebibytes.enumerated().map { FleetFile(name: "\($0)", size: $1 << 20, sha256: FleetMemberTests.right) }
        return FakeWorld(try FleetManifest(files: files, members: members))
    }

    private func run(_ nodes: [FleetMemberTests.Node]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { _ = try await node.run() } }
            try await group.waitForAll()
        }
    }

    private func origin(_ node: FleetMemberTests.Node, _ world: FakeWorld) -> Int64 {
        world.state.withLock { $0.origin[node.plane.port] ?? 0 }
    }

    @Test(
        "come from the others, whether it is known at once or only when the origin says so", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func others(isKnown: Bool) async throws {
        let world = try world([64, 1, 20])
        let port = try await FleetMemberTests.freePort()
        var script = FakePlane.Script()
        script.isRefused = true
        let refused = isKnown ? Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, Self.gated) }) : [:]
        let nodes = [
            try FleetMemberTests.Node(world, port: port, script: script, refused: refused), try FleetMemberTests.Node(world, port: port),
        ]
        try await run(nodes)
        #expect(origin(nodes[0], world) == 0)
        for node in nodes { #expect(node.plane.kinds.count == world.manifest.segments.count && node.plane.givenUp.isEmpty) }
    }

    @Test("are fetched by those that may, each of them other ones", .timeLimit(.minutes(1))) func halves() async throws {
        let world = try world([32, 32])
        let port = try await FleetMemberTests.freePort()
        let nodes = try (0..<2).map { try FleetMemberTests.Node(world, port: port, refused: [$0: Self.gated]) }
        try await run(nodes)
        #expect(world.originBytes == world.manifest.totalSize)
        for node in nodes { #expect(node.plane.kinds.count == world.manifest.segments.count && node.plane.givenUp.isEmpty) }
    }

    @Test("fail alone where no member may fetch them", .timeLimit(.minutes(1))) func nobody() async throws {
        let world = try world([16, 8])
        let port = try await FleetMemberTests.freePort()
        let nodes = try (0..<2).map { _ in try FleetMemberTests.Node(world, port: port, refused: [0: Self.gated]) }
        try await run(nodes)
        for node in nodes {
            #expect(node.plane.givenUp.keys.sorted() == [0])
            #expect(node.plane.givenUp[0]?.why == "no token was sent; no other node of the fleet may fetch it.")
            // The other file is for all.
            #expect(node.plane.kinds.keys.sorted() == world.manifest.segments(of: 1).map(\.index))
        }
        #expect(world.originBytes == 8 << 20)
    }

    @Test(
        "in a bundle with others fail with them where no member may fetch the bundle", .timeLimit(.minutes(1)),
        arguments: [[0, 0], [0, 1]])
    func bundle(refused: [Int]) async throws {
        let world = try world([1, 1])
        let port = try await FleetMemberTests.freePort()
        let nodes = try refused.map { try FleetMemberTests.Node(world, port: port, refused: [$0: Self.gated]) }
        try await run(nodes)
        for node in nodes { #expect(node.plane.givenUp.keys.sorted() == [0, 1]) }
        #expect(world.originBytes == 0)
    }

    @Test("fail where the others that have them do not deliver them", .timeLimit(.minutes(1))) func undelivered() async throws {
        let world = try world([16])
        let port = try await FleetMemberTests.freePort()
        var script = FakePlane.Script()
        script.isDeaf = true
        let deaf = try FleetMemberTests.Node(world, port: port, script: script, refused: [0: Self.gated]) { settings in
            (settings.linger, settings.joinTimeout) = (.seconds(2), .seconds(2))
        }
        try await run([try FleetMemberTests.Node(world, port: port), deaf])
        #expect(deaf.plane.givenUp[0]?.why == "no token was sent; the other nodes do not deliver it.")
        #expect(origin(deaf, world) == 0)
    }

    @Test("fail at once where ranges cannot be exchanged, and small ones come", .timeLimit(.minutes(1))) func noAria2() async throws {
        let world = try world([16, 1])
        let port = try await FleetMemberTests.freePort()
        var script = FakePlane.Script()
        script.hasNoAria2 = true
        let nodes = [
            try FleetMemberTests.Node(world, port: port, script: script, refused: [0: Self.gated, 1: Self.gated]),
            try FleetMemberTests.Node(world, port: port),
        ]
        try await run(nodes)
        #expect(nodes[0].plane.givenUp.keys.sorted() == [0])
        #expect(nodes[0].plane.kinds.keys.sorted() == world.manifest.segments(of: 1).map(\.index))
    }
}
