import FetchTypes
import Testing

@testable import Fleet

/// The claims of segments in the coordinator's table, message by message.
@Suite struct SegmentTableTests {
    @Test func ranksAreAssignedInOrderOfJoining() throws {
        var scene = try TableScene(members: 3)
        #expect(scene.send(scene.join(7), 7) == .joined(rank: 0))
        #expect(scene.send(scene.join(8, rank: 2), 8) == .joined(rank: 2))
        #expect(scene.send(scene.join(9), 9) == .joined(rank: 1))
        #expect(scene.send(scene.join(7), 7) == .joined(rank: 0))
        #expect(scene.send(scene.join(6), 6) == .turnedAway(.full))
        #expect(scene.send(scene.join(6, rank: 2), 6) == .turnedAway(.rankTaken))
        #expect(scene.send(scene.join(7, rank: 2), 7) == .turnedAway(.rankTaken))
        let members = scene.table.events.compactMap { if case .member(let peer) = $0 { peer.rank } else { nil } }
        #expect(members == [0, 2, 1])
    }

    @Test func anotherManifestOrSizeIsRefused() throws {
        var scene = try TableScene()
        var join = FleetJoin(
            rank: nil, address: "10.0.0.1", controlPort: 1, dataPort: 0, members: 2, digest: String(repeating: "0", count: 64))
        #expect(scene.send(.join(join), 1) == .turnedAway(.manifest))
        join.members = 3
        #expect(scene.send(.join(join), 1) == .turnedAway(.size))
        #expect(scene.table.nodes.isEmpty)
    }

    @Test func everySegmentIsClaimedOnce() throws {
        var scene = try TableScene(sizes: [32, 32], members: 2)
        scene.joinAll()
        var given: [Int] = []
        while given.count < scene.table.manifest.segments.count {
            for name in [0, 1] {
                guard let segment = scene.claim(name) else { continue }
                // Each member has one claim at a time.
                #expect(scene.claim(name) == nil)
                given.append(segment)
                #expect(scene.send(.have(segment: segment, hashes: scene.hashes(segment)), name) == .taken)
            }
        }
        #expect(given == Array(scene.table.manifest.segments.indices))
        #expect(scene.claim(0) == nil)
    }

    @Test func onlyRequestedFilesAreClaimed() throws {
        var scene = try TableScene(sizes: [8, 8, 1, 1])
        scene.joinAll()
        #expect(scene.send(.claim(files: []), 0) == .claimed(segment: nil))
        #expect(scene.send(.claim(files: [1]), 0) == .claimed(segment: 1))
        // A bundle is claimed only where all its files were requested.
        #expect(scene.send(.claim(files: [2]), 1) == .claimed(segment: nil))
        #expect(scene.send(.claim(files: [2, 3]), 1) == .claimed(segment: 2))
        #expect(scene.send(.claim(files: [99, -1]), 1) == .claimed(segment: nil))
    }

    @Test func anExpiredClaimGoesToAnotherMember() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        for _ in 0..<6 { scene.second([0, 1], held: [0: [0]]) }
        #expect(scene.claim(1) == nil)
        // The member is alive, but does not fetch the segment any more.
        for _ in 0..<4 { scene.second([0, 1]) }
        #expect(scene.claim(1) == 0)
        #expect(
            scene.send(.renew(held: [HeldSegment(segment: 0)], counts: FleetCounts()), 0) == .renewed(lost: [0], status: scene.table.status)
        )
    }

    @Test func aMemberThatTimesOutLosesItsClaimsThenItsMembership() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        for _ in 0..<2 { scene.second([1]) }
        #expect(scene.claim(1) == nil)
        scene.second([1])
        #expect(scene.claim(1) == 0)
        #expect(!scene.table.events.contains(.gone(rank: 0)))
        for _ in 0..<2 { scene.second([1]) }
        #expect(scene.table.events.contains(.gone(rank: 0)))
        #expect(scene.send(.claim(files: [0]), 0) == .unknown)
        #expect(scene.send(scene.join(0), 0) == .joined(rank: 0))
    }

    @Test func segmentsOfAGoneMemberOnlyAreFetchedAgain() throws {
        var scene = try TableScene(sizes: [8, 8, 8], members: 3)
        scene.joinAll()
        for segment in 0..<3 { scene.send(.have(segment: segment, hashes: scene.hashes(segment)), 0) }
        scene.send(.got(segments: [1]), 1)
        for _ in 0..<6 { scene.second([1, 2]) }
        #expect(scene.table.events.contains(.lost(segments: [0, 2])))
        #expect([scene.claim(1), scene.claim(2)] == [0, 2])
    }

    @Test func aBundleGetsAnotherKeeperWhenItsKeeperLeaves() throws {
        var scene = try TableScene(sizes: [1, 1])
        scene.joinAll()
        let hashes = scene.hashes(0)
        #expect(hashes.sha1.count == 2)
        scene.send(.have(segment: 0, hashes: hashes), 0)
        scene.send(.got(segments: [0]), 1)
        scene.send(.leave, 0)
        #expect(scene.table.events.last == .have(segment: 0, hashes: hashes, keeper: 1))
    }

    @Test func aRefusalHalvesTheNumberOfClaims() throws {
        var scene = try TableScene(sizes: [128], members: 4)
        scene.joinAll()
        let claimed = (0..<4).compactMap { scene.claim($0) }
        #expect(claimed == [0, 1, 2, 3])
        scene.send(.rateLimited(segment: 3), 3)
        #expect(scene.claim(3) == nil)
        scene.send(.have(segment: 0, hashes: scene.hashes(0)), 0)
        #expect(scene.claim(0) == nil)
        scene.send(.have(segment: 1, hashes: scene.hashes(1)), 1)
        #expect(scene.claim(1) == 3)
    }

    @Test func aFailedSegmentIsFreeAgain() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        scene.send(.failed(segment: 0), 0)
        #expect(scene.claim(1) == 0)
        // A member without the claim cannot return it.
        scene.send(.failed(segment: 0), 0)
        #expect(scene.claim(0) == nil)
    }

    @Test func allAreDoneWhenEveryMemberHasJoinedAndIsDone() throws {
        var scene = try TableScene(sizes: [8], members: 3)
        scene.send(scene.join(0), 0)
        scene.send(scene.join(1), 1)
        for name in [0, 1] { scene.send(.done(counts: FleetCounts()), name) }
        #expect(!scene.table.isAllDone)
        scene.send(scene.join(2), 2)
        scene.send(.leave, 0)
        scene.send(.done(counts: FleetCounts()), 2)
        #expect(scene.table.isAllDone)
        #expect(scene.table.events.last == .allDone)
    }

    @Test func theStatusCountsEarlierProcesses() throws {
        var scene = try TableScene(sizes: [100])
        scene.joinAll()
        let half = FleetCounts(origin: 50 << 20, peers: 10, uploaded: 20, peerRate: 5)
        for name in [0, 1] { scene.send(.renew(held: [], counts: half), name) }
        #expect(scene.table.status.originCopies == 1)
        for _ in 0..<6 { scene.second([1]) }
        scene.send(scene.join(5), 5)
        scene.send(.renew(held: [], counts: half), 1)
        #expect(scene.table.status.counts.origin == 100 << 20)
        #expect(scene.table.status.present == 2)
    }
}
