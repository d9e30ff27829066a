import FetchTypes
import Testing

@testable import Fleet

/// Fleets in which only some nodes have a configured rank.
@Suite struct FleetRankTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Configured ranks in order of joining; nil: none.
        var given: [Int?]
        /// The final ranks.
        var ranks: [Int]
        var testDescription: String { "\(given)" }
    }

    @Test(arguments: [
        Case(given: [nil, nil, nil], ranks: [0, 1, 2]), Case(given: [nil, nil, 1], ranks: [0, 2, 1]),
        Case(given: [nil, nil, 0], ranks: [2, 1, 0]), Case(given: [2, nil, nil], ranks: [2, 0, 1]),
        Case(given: [nil, 0, 1], ranks: [2, 0, 1]), Case(given: [nil, 0, nil], ranks: [1, 0, 2]),
    ])
    func configuredRanksAreKeptAndOthersGetFreeOnes(it: Case) throws {
        var scene = try TableScene(members: it.given.count)
        var ranks: [Int: Int] = [:]
        func join(_ name: Int) {
            if case .joined(let rank) = scene.send(scene.join(name, rank: it.given[name]), name) { ranks[name] = rank }
        }
        for name in it.given.indices {
            join(name)
            // A member that lost its rank is unknown, and joins again.
            for other in 0..<name where scene.send(.renew(held: [], counts: FleetCounts()), other) == .unknown { join(other) }
        }
        #expect(it.given.indices.map { ranks[$0] } == it.ranks)
        #expect(scene.table.aliveNodes.count == it.given.count)
    }

    @Test func ofTwoWithTheSameRankOneIsRefused() throws {
        var scene = try TableScene(members: 3)
        #expect(scene.send(scene.join(0, rank: 1), 0) == .joined(rank: 1))
        #expect(scene.send(scene.join(1, rank: 1), 1) == .turnedAway(.rankTaken))
        #expect(scene.send(scene.join(2), 2) == .joined(rank: 0))
    }

    @Test func segmentsOfAMovedMemberAreKnownAfterItJoinsAgain() throws {
        var scene = try TableScene(members: 2)
        scene.send(scene.join(0), 0)
        let claimed = scene.claim(0)
        let segment = try #require(claimed)
        scene.send(.have(segment: segment, hashes: scene.hashes(segment)), 0)
        scene.send(scene.join(1, rank: 0), 1)
        #expect(scene.table.entries[segment].owners.isEmpty)
        let kept = KeptSegment(segment: segment, hashes: scene.hashes(segment))
        #expect(scene.send(scene.join(0, kept: [kept]), 0) == .joined(rank: 1))
        #expect(scene.table.entries[segment].owners == [1] && scene.table.entries[segment].hasher == 1)
    }

    /// Nodes of which some have ranks; the first that can listen at the common address coordinates.
    @Test(.timeLimit(.minutes(1)), arguments: [[nil, nil, 1], [nil, 0, nil], [1, 2, nil], [1, 2, 0]] as [[Int?]])
    func nodesWithAndWithoutRanksFormOneFleet(given: [Int?]) async throws {
        let files = [64, 1, 20].enumerated().map { FleetFile(name: "\($0)", size: $1 << 20, sha256: FleetMemberTests.right) }
        let world = FakeWorld(try FleetManifest(files: files, members: given.count))
        let port = try await FleetMemberTests.freePort()
        var script = FakePlane.Script()
        script.fetchTime = .milliseconds(100)
        let nodes = try given.map { rank in
            try FleetMemberTests.Node(world, port: port, script: script) { settings in
                settings.roster = FleetRoster(size: given.count, rank: rank, hosts: ["127.0.0.1"], port: port, isOpen: true)
                settings.joinTimeout = .seconds(20)
            }
        }
        var running: [Task<FleetOutcome, any Error>] = []
        for node in nodes {
            running.append(Task { try await node.run() })
            // The nodes start in this order; one with a rank above 0 first looks for others.
            if nodes.first === node, given[0] ?? 0 == 0 { try await node.joined() }
        }
        for task in running { if case .alone(let why) = try await task.value { Issue.record("\(why)") } }
        #expect(world.originBytes <= 2 * world.manifest.totalSize)
        for (node, rank) in zip(nodes, given) {
            let last = node.notes.compactMap { if case .joined(let rank, _, _) = $0 { rank } else { nil } }.last
            if let rank { #expect(last == rank) }
            #expect(node.plane.kinds.count == world.manifest.segments.count)
        }
    }

    /// A node that the fleet refuses, beside one that has rank 1.
    @Test(.timeLimit(.minutes(1)), arguments: [(1, "was given rank 1 too"), (nil, "has its 2 nodes already")] as [(Int?, String)])
    func aRefusedNodeReportsTheReason(rank: Int?, words: String) async throws {
        let world = FakeWorld(
            try FleetManifest(files: [FleetFile(name: "0", size: 64 << 20, sha256: FleetMemberTests.right)], members: 2))
        let port = try await FleetMemberTests.freePort()
        var script = FakePlane.Script()
        script.fetchTime = .seconds(30)
        let nodes = try [nil, 1, rank].map { rank in
            try FleetMemberTests.Node(world, port: port, script: script) { settings in
                settings.roster = FleetRoster(size: 2, rank: rank, hosts: ["127.0.0.1"], port: port, isOpen: true)
                settings.joinTimeout = .seconds(1)
            }
        }
        var running: [Task<FleetOutcome, any Error>] = []
        for node in nodes.prefix(2) {
            running.append(Task { try await node.run() })
            try await node.joined()
        }
        let failure = try await #require(throws: Failure.self) { try await nodes[2].member.run() }
        #expect(failure.code == .configuration && failure.message.contains(words), "\(failure.message)")
        for task in running {
            task.cancel()
            _ = try? await task.value
        }
    }

    /// The common address belongs to a node of another rank than 0, and no node has rank 0.
    @Test(.timeLimit(.minutes(1))) func theNodeAtTheAddressCoordinates() async throws {
        let world = FakeWorld(
            try FleetManifest(files: [FleetFile(name: "0", size: 64 << 20, sha256: FleetMemberTests.right)], members: 3))
        let port = try await FleetMemberTests.freePort()
        let nodes = try [1, 2].map { rank in
            try FleetMemberTests.Node(world, port: port) { settings in
                settings.roster = FleetRoster(size: 3, rank: rank, hosts: ["127.0.0.1"], port: port, isOpen: true)
                settings.linger = .seconds(2)
                settings.joinTimeout = .seconds(20)
            }
        }
        let running = nodes.map { node in Task { try await node.run() } }
        for task in running { if case .alone(let why) = try await task.value { Issue.record("\(why)") } }
        #expect(nodes.allSatisfy { node in node.notes.contains { if case .joined = $0 { true } else { false } } })
    }
}
