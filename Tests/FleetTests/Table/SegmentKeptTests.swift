import Testing

@testable import Fleet

/// What members that were with another coordinator tell a new one.
@Suite struct SegmentKeptTests {
    @Test func aNewCoordinatorLearnsSegmentsAndClaims() throws {
        var scene = try TableScene(sizes: [32], members: 2)
        let kept = [KeptSegment(segment: 2, hashes: scene.hashes(2), hasher: 0)]
        scene.send(scene.join(1, rank: 1, kept: kept, held: [1]), 1)
        #expect(scene.table.events.contains(.have(segment: 2, hashes: scene.hashes(2), keeper: 1)))
        scene.send(scene.join(0, rank: 0), 0)
        #expect(scene.claim(0) == nil)
        for _ in 0..<2 { scene.second([0, 1], held: [1: [1]]) }
        #expect(scene.claim(0) == 0)
        scene.send(.have(segment: 0, hashes: scene.hashes(0)), 0)
        #expect(scene.claim(0) == 3)
    }

    @Test func aMemberSaysWhoHashedWhatItHasFromAnotherCoordinatorsTime() throws {
        var scene = try TableScene(sizes: [64], members: 3)
        scene.joinAll()
        func kept(_ segment: Int, kind: UInt8 = 0, hasher: Int?) -> FleetMessage {
            .kept(KeptSegment(segment: segment, hashes: scene.hashes(segment, kind: kind), hasher: hasher))
        }
        #expect(scene.send(kept(3, hasher: 2), 0) == .taken)
        #expect(scene.table.entries[3].hasher == 2 && scene.table.entries[3].owners == [0])
        #expect(scene.send(kept(3, hasher: 1), 1) == .taken)
        #expect(scene.table.entries[3].hasher == 2 && scene.table.entries[3].owners == [0, 1])
        #expect(scene.send(kept(3, kind: 7, hasher: 2), 2) == .dropped)
        // A rank that cannot be is none.
        #expect(scene.send(kept(4, hasher: 99), 1) == .taken)
        #expect(scene.table.entries[4].hasher == 1)
        #expect(scene.send(.kept(KeptSegment(segment: 99, hashes: scene.hashes(0))), 1) == .malformed)
    }

    @Test func membersThatReturnFromAnotherCoordinatorReportBeforeAClaimIsGranted() throws {
        var scene = try TableScene(sizes: [64], members: 3)
        scene.joinAll()
        // The coordinator's link is cut: it considers the others gone.
        for _ in 0..<6 { scene.second([0]) }
        #expect(scene.table.aliveNodes.map(\.rank) == [0])
        func kept(_ segments: ClosedRange<Int>) -> [KeptSegment] { segments.map { KeptSegment(segment: $0, hashes: scene.hashes($0)) } }
        let (first, second) = (kept(0...2), kept(3...6))
        scene.send(scene.join(1, rank: 1, kept: first), 1)
        #expect([scene.claim(1), scene.claim(0)] == [nil, nil])
        scene.send(scene.join(2, rank: 2, kept: second), 2)
        for _ in 0..<2 { scene.second([0, 1, 2]) }
        #expect([scene.claim(0), scene.claim(1)] == [7, nil])
        // A member that reports nothing new holds up nobody.
        scene.send(scene.join(2, rank: 2, kept: second), 2)
        scene.send(.have(segment: 7, hashes: scene.hashes(7)), 0)
        #expect(scene.table.entries.allSatisfy { $0.hashes != nil })
    }
}
