import FetchTypes
import Testing

@testable import Fleet

/// A file is wrong that several members have hashed: which segment it is.
@Suite struct SegmentDoubtTests {
    /// 32 MiB in four segments, dealt out in turns; some members hash damaged bytes.
    private func scene(members: Int = 4, by names: [Int] = [0, 1, 2, 3], damagedBy: [Int] = [2]) throws -> TableScene {
        var scene = try TableScene(sizes: [32], members: members)
        scene.joinAll()
        scene.fetchAll(by: names, kind: Dictionary(uniqueKeysWithValues: damagedBy.map { ($0, 9) }))
        return scene
    }

    private func excluded(_ scene: TableScene) -> [FleetEvent] {
        scene.table.events.filter { if case .excluded = $0 { true } else { false } }
    }

    @Test func eachSegmentIsLookedAtByAnotherUntilOneDiffers() throws {
        var scene = try scene()
        for name in 0..<4 { #expect(scene.say(.bad(file: 0, round: 0), name) == .bad(.again)) }
        #expect(!scene.table.events.contains { if case .void = $0 { true } else { false } })
        // Nobody looks at what it hashed.
        #expect((0..<4).map { scene.claimDoubted($0) } == [1, 0, 3, 2])
        #expect(scene.say(.have(segment: 1, hashes: scene.hashes(1)), 0) == .taken)
        #expect(scene.table.files[0].round == 0)
        #expect(scene.say(.have(segment: 2, hashes: scene.hashes(2)), 3) == .taken)
        #expect(scene.table.events.last == .replaced(segment: 2, hashes: scene.hashes(2), keeper: 3, file: 0, round: 1))
        #expect(scene.say(.verified(file: 0, sha256: TableScene.right), 0) == .agreed(true))
        #expect(excluded(scene) == [.excluded(rank: 2)])
        // The others are not looked at any more; what is in hand ends well.
        #expect(scene.claimDoubted(0) == nil)
        #expect(scene.say(.have(segment: 0, hashes: scene.hashes(0)), 1) == .taken)
    }

    @Test func stillWrongTheOthersAreLookedAt() throws {
        var scene = try scene(damagedBy: [1, 2])
        scene.say(.bad(file: 0, round: 0), 0)
        #expect(scene.claimDoubted(0) == 1)
        scene.say(.have(segment: 1, hashes: scene.hashes(1)), 0)
        // Who has not heard of it yet says so of the round before.
        #expect(scene.say(.bad(file: 0, round: 0), 3) == .bad(.again))
        #expect(scene.say(.bad(file: 0, round: 1), 0) == .bad(.again))
        #expect(scene.claimDoubted(0) == 2)
        scene.say(.have(segment: 2, hashes: scene.hashes(2)), 0)
        #expect(scene.table.files[0].round == 2)
        scene.say(.verified(file: 0, sha256: TableScene.right), 0)
        #expect(excluded(scene) == [.excluded(rank: 1), .excluded(rank: 2)])
    }

    @Test func whoseSecondLookIsWrongIsFoundByAThird() throws {
        // Rank 2 damages whatever it fetches.
        var scene = try scene(members: 3, by: [0, 1], damagedBy: [])
        for name in 0..<3 { scene.say(.bad(file: 0, round: 0), name) }
        for turn in 0..<2 {
            #expect(scene.claimDoubted(2) == turn)
            scene.say(.have(segment: turn, hashes: scene.hashes(turn, kind: 9)), 2)
            for name in 0..<3 { scene.say(.bad(file: 0, round: turn + 1), name) }
        }
        scene.recheckAll(by: [0, 1])
        #expect(scene.table.entries.allSatisfy { $0.hashes == scene.hashes(0) && $0.isConfirmed })
        scene.say(.verified(file: 0, sha256: TableScene.right), 0)
        #expect(excluded(scene) == [.excluded(rank: 2)])
    }

    @Test func whereAllAreConfirmedOneAloneFetchesTheFile() throws {
        var scene = try scene(damagedBy: [])
        scene.say(.bad(file: 0, round: 0), 3)
        scene.say(.bad(file: 0, round: 0), 2)
        scene.recheckAll(by: [2, 3])
        #expect(scene.table.events.last == .void(segments: [0, 1, 2, 3], file: 0, round: 1))
        for name in [1, 2, 3] { #expect(scene.claim(name) == nil) }
        scene.fetchAll(by: [0])
        #expect(scene.table.entries.allSatisfy { $0.hasher == 0 })
    }

    @Test func whoAloneFoundItWrongIsToldThatItIsRightElsewhere() throws {
        var scene = try scene(damagedBy: [])
        scene.say(.bad(file: 0, round: 0), 1)
        scene.say(.verified(file: 0, sha256: TableScene.right), 0)
        #expect(scene.table.events.last == .right(file: 0))
        #expect(scene.say(.bad(file: 0, round: 0), 1) == .bad(.yourOwn))
        #expect(excluded(scene).isEmpty)
    }

    /// Which segments the only one who waits may look at: first those of others.
    @Test func withoutAnybodyElseItsOwnSegmentsAreLookedAtToo() throws {
        var scene = try scene(members: 2, by: [0, 1], damagedBy: [0])
        scene.say(.bad(file: 0, round: 0), 0)
        var seen: [Int] = []
        for _ in 0..<4 {
            guard let segment = scene.claimDoubted(0) else { break }
            seen.append(segment)
            scene.say(.have(segment: segment, hashes: scene.hashes(segment)), 0)
            if scene.table.files[0].round > 0 { break }
        }
        #expect(seen == [1, 3, 0])
        #expect(scene.table.entries[0].hashes == scene.hashes(0))
    }

    @Test func aCopyOfAnotherConfirmsNothing() throws {
        var scene = try scene()
        scene.say(.bad(file: 0, round: 0), 1)
        // Without a claim it is what it got from the others.
        #expect(scene.say(.have(segment: 2, hashes: scene.hashes(2, kind: 9)), 1) == .taken)
        #expect(scene.say(.have(segment: 2, hashes: scene.hashes(2)), 1) == .dropped)
        #expect(scene.table.files[0].doubted == [0, 1, 2, 3])
    }
}
