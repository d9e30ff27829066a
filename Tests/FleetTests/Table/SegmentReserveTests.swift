import Testing

@testable import Fleet

/// Segments from an earlier run that a member verifies.
@Suite struct SegmentReserveTests {
    @Test func segmentsBeingVerifiedAreNotClaimedByOthers() throws {
        var scene = try TableScene(sizes: [32])
        scene.joinAll()
        scene.send(.renew(held: [], checking: [0..<4], counts: FleetCounts()), 0)
        #expect(scene.claim(1) == nil)
        // A verified segment uses no share of the origin.
        #expect(scene.table.claimsInHand == 0)
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 0) == .taken)
        scene.now += .seconds(3)
        scene.send(.renew(held: [], checking: [1..<3], counts: FleetCounts()), 0)
        scene.second([1])
        scene.now += .seconds(1)
        // Segment 3 was found wrong, or its verification was given up.
        #expect(scene.claim(1) == 3)
        #expect(scene.claim(1) == nil)
    }

    @Test func segmentsBeingFetchedAreNotReserved() throws {
        var scene = try TableScene(sizes: [32])
        scene.joinAll()
        let claimed = scene.claim(1)
        let first = try #require(claimed)
        scene.send(.renew(held: [], checking: [0..<4], counts: FleetCounts()), 0)
        #expect(scene.table.entries[first].claim?.rank == 1 && scene.table.claimsInHand == 1)
    }

    @Test(arguments: [[0..<5], [-1..<1], [0..<3, 1..<4]]) func invalidSpansAreRefused(spans: [Range<Int>]) throws {
        var scene = try TableScene(sizes: [32])
        scene.joinAll()
        #expect(scene.send(.renew(held: [], checking: spans, counts: FleetCounts()), 0) == .malformed)
    }
}
