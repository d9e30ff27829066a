import FetchTypes
import Testing

@testable import Fleet

/// Who fetches what: the coordinator's table, message by message.
@Suite struct SegmentTableTests {
    @Test func ranksAreGivenInOrderOfJoiningAndKept() throws {
        var scene = try TableScene(members: 3)
        #expect(scene.say(scene.join(7), 7) == .joined(rank: 0))
        #expect(scene.say(scene.join(8, rank: 2), 8) == .joined(rank: 2))
        #expect(scene.say(scene.join(9), 9) == .joined(rank: 1))
        #expect(scene.say(scene.join(7), 7) == .joined(rank: 0))
        #expect(scene.say(scene.join(6), 6) == .turnedAway(.full))
        #expect(scene.say(scene.join(6, rank: 2), 6) == .turnedAway(.rankTaken))
        #expect(scene.say(scene.join(7, rank: 2), 7) == .turnedAway(.rankTaken))
        let members = scene.table.events.compactMap { if case .member(let peer) = $0 { peer.rank } else { nil } }
        #expect(members == [0, 2, 1])
    }

    @Test func anotherManifestOrSizeIsTurnedAway() throws {
        var scene = try TableScene()
        var join = FleetJoin(
            rank: nil, address: "10.0.0.1", controlPort: 1, dataPort: 0, members: 2, digest: String(repeating: "0", count: 64))
        #expect(scene.say(.join(join), 1) == .turnedAway(.manifest))
        join.members = 3
        #expect(scene.say(.join(join), 1) == .turnedAway(.size))
        #expect(scene.table.nodes.isEmpty)
    }

    @Test func everySegmentIsGivenOnce() throws {
        var scene = try TableScene(sizes: [32, 32], members: 2)
        scene.joinAll()
        var given: [Int] = []
        while given.count < scene.table.manifest.segments.count {
            for name in [0, 1] {
                guard let segment = scene.claim(name) else { continue }
                // One at a time a member.
                #expect(scene.claim(name) == nil)
                given.append(segment)
                #expect(scene.say(.have(segment: segment, hashes: scene.hashes(segment)), name) == .taken)
            }
        }
        #expect(given == Array(scene.table.manifest.segments.indices))
        #expect(scene.claim(0) == nil)
    }

    @Test func onlyFilesThatAreWantedAreGiven() throws {
        var scene = try TableScene(sizes: [8, 8, 1, 1])
        scene.joinAll()
        #expect(scene.say(.claim(files: []), 0) == .claimed(segment: nil))
        #expect(scene.say(.claim(files: [1]), 0) == .claimed(segment: 1))
        // A bundle is given where all its files are wanted.
        #expect(scene.say(.claim(files: [2]), 1) == .claimed(segment: nil))
        #expect(scene.say(.claim(files: [2, 3]), 1) == .claimed(segment: 2))
        #expect(scene.say(.claim(files: [99, -1]), 1) == .claimed(segment: nil))
    }

    @Test func aClaimThatIsNotRenewedIsGivenToAnother() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        for _ in 0..<6 { scene.second([0, 1], held: [0: [0]]) }
        #expect(scene.claim(1) == nil)
        // It lives, but fetches it no more.
        for _ in 0..<4 { scene.second([0, 1]) }
        #expect(scene.claim(1) == 0)
        #expect(
            scene.say(.renew(held: [HeldSegment(segment: 0)], counts: FleetCounts()), 0) == .renewed(lost: [0], status: scene.table.status))
    }

    @Test func theClaimsOfASilentMemberEndAndItIsGoneLater() throws {
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
        #expect(scene.say(.claim(files: [0]), 0) == .unknown)
        #expect(scene.say(scene.join(0), 0) == .joined(rank: 0))
    }

    @Test func whatOnlyAGoneMemberHadIsFetchedAgain() throws {
        var scene = try TableScene(sizes: [8, 8, 8], members: 3)
        scene.joinAll()
        for segment in 0..<3 { scene.say(.have(segment: segment, hashes: scene.hashes(segment)), 0) }
        scene.say(.got(segments: [1]), 1)
        for _ in 0..<6 { scene.second([1, 2]) }
        #expect(scene.table.events.contains(.lost(segments: [0, 2])))
        #expect([scene.claim(1), scene.claim(2)] == [0, 2])
    }

    @Test func aBundleHasAnotherKeeperWhenItsOwnLeaves() throws {
        var scene = try TableScene(sizes: [1, 1])
        scene.joinAll()
        let hashes = scene.hashes(0)
        #expect(hashes.sha1.count == 2)
        scene.say(.have(segment: 0, hashes: hashes), 0)
        scene.say(.got(segments: [0]), 1)
        scene.say(.leave, 0)
        #expect(scene.table.events.last == .have(segment: 0, hashes: hashes, keeper: 1))
    }

    @Test func aNewCoordinatorHearsWhatMembersHaveAndFetch() throws {
        var scene = try TableScene(sizes: [32], members: 2, opensAt: .seconds(2))
        let kept = [KeptSegment(segment: 2, hashes: scene.hashes(2), hasher: 0)]
        scene.say(scene.join(1, rank: 1, kept: kept, held: [1]), 1)
        #expect(scene.table.events.contains(.have(segment: 2, hashes: scene.hashes(2), keeper: 1)))
        scene.say(scene.join(0, rank: 0), 0)
        #expect(scene.claim(0) == nil)
        for _ in 0..<2 { scene.second([0, 1], held: [1: [1]]) }
        #expect(scene.claim(0) == 0)
        scene.say(.have(segment: 0, hashes: scene.hashes(0)), 0)
        #expect(scene.claim(0) == 3)
    }

    @Test func aRefusalHalvesWhatAllHaveInHand() throws {
        var scene = try TableScene(sizes: [128], members: 4)
        scene.joinAll()
        let claimed = (0..<4).compactMap { scene.claim($0) }
        #expect(claimed == [0, 1, 2, 3])
        scene.say(.refused(segment: 3), 3)
        #expect(scene.claim(3) == nil)
        scene.say(.have(segment: 0, hashes: scene.hashes(0)), 0)
        #expect(scene.claim(0) == nil)
        scene.say(.have(segment: 1, hashes: scene.hashes(1)), 1)
        #expect(scene.claim(1) == 3)
    }

    @Test func theOriginLosingASegmentGivesItBack() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        #expect(scene.claim(0) == 0)
        scene.say(.failed(segment: 0), 0)
        #expect(scene.claim(1) == 0)
        // Who does not hold it cannot give it back.
        scene.say(.failed(segment: 0), 0)
        #expect(scene.claim(0) == nil)
    }

    @Test func allAreDoneWhenAllHaveBeenThereAndAre() throws {
        var scene = try TableScene(sizes: [8], members: 3)
        scene.say(scene.join(0), 0)
        scene.say(scene.join(1), 1)
        for name in [0, 1] { scene.say(.done(counts: FleetCounts()), name) }
        #expect(!scene.table.isAllDone)
        scene.say(scene.join(2), 2)
        scene.say(.leave, 0)
        scene.say(.done(counts: FleetCounts()), 2)
        #expect(scene.table.isAllDone)
        #expect(scene.table.events.last == .allDone)
    }

    @Test func theStatusCountsWhoWasThereBefore() throws {
        var scene = try TableScene(sizes: [100])
        scene.joinAll()
        let half = FleetCounts(origin: 50 << 20, peers: 10, uploaded: 20, peerRate: 5)
        for name in [0, 1] { scene.say(.renew(held: [], counts: half), name) }
        #expect(scene.table.status.originCopies == 1)
        for _ in 0..<6 { scene.second([1]) }
        scene.say(scene.join(5), 5)
        scene.say(.renew(held: [], counts: half), 1)
        #expect(scene.table.status.counts.origin == 100 << 20)
        #expect(scene.table.status.present == 2)
    }
}
