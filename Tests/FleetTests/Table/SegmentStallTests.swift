import FetchTypes
import Testing

@testable import Fleet

/// Members that renew their claims and receive nothing from the origin.
@Suite struct SegmentStallTests {
    /// Lets seconds pass in which member 0 holds the first segment and reports so many more bytes each second.
    private func hold(_ scene: inout TableScene, seconds: Int, growth: Int64, isLimited: Bool = false) {
        for second in 1...seconds {
            scene.now += .seconds(1)
            let held = HeldSegment(segment: 0, bytes: Int64(second) * growth, isLimited: isLimited)
            scene.send(.renew(held: [held], counts: FleetCounts()), 0)
            scene.send(.renew(held: [], counts: FleetCounts()), 1)
        }
    }

    @Test(arguments: [(5, Int64(0), nil), (6, 0, 0), (20, 1, nil)])
    func aSegmentWhoseMemberReceivesNothingIsFetchedByAnother(seconds: Int, growth: Int64, taken: Int?) throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        hold(&scene, seconds: seconds, growth: growth)
        #expect(scene.claim(1) == taken)
    }

    /// The bytes that a member reports second by second, and what another member may fetch then.
    @Test(
        arguments: [
            // It gave the segment back, and claimed it again.
            ([200, 10, 20, 30, 40, 50, 60, 70], nil),
            ([200, 10, 10, 10, 10, 10, 10, 10], 0),
            ([10, 200, 200, 200, 200, 200, 200, 200], 0),
        ] as [([Int64], Int?)])
    func aSegmentThatIsClaimedAgainStartsFromZero(bytes: [Int64], taken: Int?) throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        for count in bytes {
            scene.now += .seconds(1)
            scene.send(.renew(held: [HeldSegment(segment: 0, bytes: count)], counts: FleetCounts()), 0)
            scene.send(.renew(held: [], counts: FleetCounts()), 1)
        }
        #expect(scene.claim(1) == taken)
    }

    @Test func segmentsThatNobodyFetchesComeFirst() throws {
        var scene = try TableScene(sizes: [24])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        hold(&scene, seconds: 6, growth: 0)
        for segment in [1, 2] {
            #expect(scene.claim(1) == segment)
            scene.send(.have(segment: segment, hashes: scene.hashes(segment)), 1)
        }
        #expect(scene.claim(1) == 0)
        // The one that receives nothing gets no other segment, and not its own again.
        #expect(scene.claim(0) == nil)
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 1) == .taken)
    }

    @Test func aRefusingOriginDoesNotKeepAStalledSegmentFromOthers() throws {
        var scene = try TableScene(sizes: [16])
        scene.joinAll()
        #expect(scene.claim(0) == 0 && scene.claim(1) == 1)
        // One claim at a time remains, and the stalled one is it.
        scene.send(.rateLimited(segment: 1), 1)
        hold(&scene, seconds: 6, growth: 0)
        #expect(scene.claim(1) == 0)
    }

    @Test(arguments: [(Int64(1), false), (8, true)]) func aBundleAndALimitedMemberMayTakeLonger(size: Int64, isLimited: Bool) throws {
        var scene = try TableScene(sizes: [size])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        hold(&scene, seconds: 20, growth: 0, isLimited: isLimited)
        #expect(scene.claim(1) == nil)
        hold(&scene, seconds: 1, growth: 0, isLimited: isLimited)
        #expect(scene.claim(1) == 0)
    }
}
