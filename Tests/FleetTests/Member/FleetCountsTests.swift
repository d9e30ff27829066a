import FetchTypes
import Testing

@testable import Fleet

/// The bytes that members report as transferred.
@Suite struct FleetCountsTests {
    @Test(.timeLimit(.minutes(1))) func bundlesCountAsBytesBetweenMembers() async throws {
        let files = (0..<40).map { FleetFile(name: "\($0)", size: 1 << 20, sha256: FleetMemberTests.right) }
        let world = FakeWorld(try FleetManifest(files: files, members: 3))
        let port = try await FleetMemberTests.freePort()
        let nodes = try (0..<3).map { _ in try FleetMemberTests.Node(world, port: port) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { _ = try await node.run() } }
            try await group.waitForAll()
        }
        let ends = nodes.compactMap { $0.notes.lazy.compactMap { if case .done(let own, _) = $0 { own } else { nil } }.first }
        #expect(ends.count == 3)
        // Received bytes equal sent ones, except where an answer was lost.
        let (peers, uploaded) = (ends.reduce(0) { $0 + $1.peers }, ends.reduce(0) { $0 + $1.uploaded })
        #expect(peers > 0 && uploaded >= peers, "\(ends)")
        #expect(ends.reduce(0) { $0 + $1.origin } == world.originBytes)
        // Also who ends last knows what all have fetched.
        let fleets = nodes.compactMap { $0.notes.lazy.compactMap { if case .done(_, let fleet) = $0 { fleet } else { nil } }.first }
        #expect(fleets.map(\.counts.origin) == Array(repeating: world.originBytes, count: 3))
    }
}
