import Testing

@testable import Fleet

/// What a member has from before and verifies.
@Suite struct SegmentReserveTests {
    @Test func whatAMemberVerifiesIsNotFetchedByOthersMeanwhile() throws {
        var scene = try TableScene(sizes: [32])
        scene.joinAll()
        scene.say(.renew(held: [], checking: [0..<4], counts: FleetCounts()), 0)
        #expect(scene.claim(1) == nil)
        // It asks the origin for nothing.
        #expect(scene.table.claimsInHand == 0)
        #expect(scene.say(.have(segment: 0, hashes: scene.hashes(0)), 0) == .taken)
        scene.now += .seconds(3)
        scene.say(.renew(held: [], checking: [1..<3], counts: FleetCounts()), 0)
        scene.second([1])
        scene.now += .seconds(1)
        // Segment 3 was found wrong, or its member has other things to do.
        #expect(scene.claim(1) == 3)
        #expect(scene.claim(1) == nil)
    }

    @Test func whatSomebodyFetchesAlreadyIsNotReserved() throws {
        var scene = try TableScene(sizes: [32])
        scene.joinAll()
        let claimed = scene.claim(1)
        let first = try #require(claimed)
        scene.say(.renew(held: [], checking: [0..<4], counts: FleetCounts()), 0)
        #expect(scene.table.entries[first].claim?.rank == 1 && scene.table.claimsInHand == 1)
    }

    @Test(arguments: [[0..<5], [-1..<1], [0..<3, 1..<4]]) func spansThatAreNoneAreRefused(spans: [Range<Int>]) throws {
        var scene = try TableScene(sizes: [32])
        scene.joinAll()
        #expect(scene.say(.renew(held: [], checking: spans, counts: FleetCounts()), 0) == .malformed)
    }
}
