import Synchronization
import Testing

@testable import Fleet

/// A fleet in which one node damages bytes, with the messages of real members.
@Suite struct SampledDamageTests {
    typealias Node = FleetMemberTests.Node

    @Test(.timeLimit(.minutes(1))) func aNodeThatDamagesEverythingIsFoundByPieces() async throws {
        let file = FleetFile(name: "0", size: 96 << 20, sha256: FleetMemberTests.right)
        let world = FakeWorld(try FleetManifest(files: [file], members: 4))
        let port = try await FleetMemberTests.freePort()
        // It claims the first segment, and is too slow to fetch all of them.
        let bad = try Node(world, port: port, script: FakePlane.Script(fetchTime: .seconds(2), damages: true)) { $0.linger = .seconds(3) }
        let others = try (0..<3).map { _ in
            try Node(world, port: port, script: FakePlane.Script(fetchTime: .milliseconds(200))) { $0.linger = .seconds(3) }
        }
        let first = Task { try await bad.run() }
        try await bad.joined()
        let running = others.map { node in Task { try await node.run() } }
        for (node, task) in zip(others, running) {
            guard case .done = try await task.value else { return #expect(Bool(false)) }
            #expect(node.plane.kinds.values.allSatisfy { $0 == 0 })
            #expect(node.warnings.contains { $0.contains("hashed wrong bytes") })
        }
        #expect(world.state.withLock { $0.samples } > 0)
        first.cancel()
        _ = try? await first.value
    }
}
