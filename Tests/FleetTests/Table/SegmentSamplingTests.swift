import FetchTypes
import Testing

@testable import Fleet

/// How one piece of each member is compared with the origin's, before whole segments are.
@Suite struct SegmentSamplingTests {
    /// 64 MiB in eight segments, claimed in turns by all; every member has found the file wrong.
    private func scene(members: Int = 4, damagedBy: [Int] = [2], reporters: [Int]? = nil) throws -> TableScene {
        var scene = try TableScene(sizes: [64], members: members)
        scene.joinAll()
        scene.fetchAll(by: Array(0..<members), kind: Dictionary(uniqueKeysWithValues: damagedBy.map { ($0, 9) }))
        for name in 0..<members { scene.send(.got(segments: Array(0..<8)), name) }
        for name in reporters ?? Array(0..<members) { #expect(scene.send(.bad(file: 0, round: 0), name) == .bad(.again)) }
        return scene
    }

    private func excluded(_ scene: TableScene) -> [Int] {
        scene.table.events.compactMap { if case .excluded(let rank) = $0 { rank } else { nil } }
    }

    private func hasher(_ sample: TableScene.Sample?, _ scene: TableScene) -> Int? {
        sample.flatMap { scene.table.entries[$0.segment].hasher }
    }

    @Test func aPieceOfEachMemberIsTakenByAnother() throws {
        var scene = try scene(damagedBy: [])
        let before = scene.table.events.count
        // Each member takes part once at first.
        for pairs in [[1: 0, 3: 2], [0: 1, 1: 3]] {
            for name in 0..<4 {
                let sample = scene.claimSample(name)
                #expect(hasher(sample, scene) == pairs[name])
            }
            // None is left, and the whole segments wait.
            #expect(scene.send(.claim(files: [0]), 0) == .claimed(segment: nil))
            for sample in scene.table.samples {
                guard let name = sample.claim?.rank else { continue }
                #expect(scene.answer(TableScene.Sample(segment: sample.segment, piece: sample.piece), name) == .taken)
            }
        }
        // No member has discarded anything.
        #expect(scene.table.events.count == before && scene.table.files[0].round == 0)
        #expect(scene.claimRecheck(0) != nil)
    }

    @Test func otherSeedsChooseOtherPieces() throws {
        var seen: Set<[Int]> = []
        for seed in 0..<20 {
            var scene = try TableScene(sizes: [64], members: 3, seed: UInt64(seed))
            scene.joinAll()
            scene.fetchAll(by: [0, 1, 2])
            scene.send(.bad(file: 0, round: 0), 1)
            let sample = try scene.takeSample(1)
            seen.insert([sample.segment, sample.piece])
        }
        #expect(seen.count > 10)
    }

    @Test func theMemberThatTwoContradictIsExcludedAtOnce() throws {
        var scene = try scene()
        let disputed = try scene.sampleUntilDisputed(by: 1)
        #expect(hasher(disputed, scene) == 2)
        // A third member decides; nothing else is compared before.
        #expect([1, 2].map { scene.send(.claim(files: [0]), $0) } == [.claimed(segment: nil), .claimed(segment: nil)])
        #expect(scene.claimSample(3) == disputed)
        #expect(excluded(scene).isEmpty)
        #expect(scene.send(.claim(files: [0]), 0) == .claimed(segment: nil))
        scene.answer(disputed, 3)
        #expect(Array(scene.table.events.suffix(2)) == [.excluded(rank: 2), .void(segments: [2, 6], file: 0, round: 1)])
        // The others' segments are kept.
        #expect(scene.table.entries.count { $0.hashes == scene.hashes(0) } == 6)
        #expect(scene.claim(2) == nil)
        for name in [0, 1] {
            guard let segment = scene.claim(name) else { return #expect(Bool(false)) }
            scene.send(.have(segment: segment, hashes: scene.hashes(segment)), name)
        }
        #expect(scene.send(.verified(file: 0, sha256: TableScene.right), 0) == .agreed(true))
        #expect(excluded(scene) == [2])
        // Reports that lead to an exclusion are not counted against the file.
        #expect(scene.table.files[0].faults == 0)
    }

    @Test func aMemberThatDamagesItsSampleIsFoundByAThird() throws {
        var scene = try scene(damagedBy: [])
        let sample = try scene.takeSample(3)
        scene.answer(sample, 3, kind: 7)
        #expect(hasher(sample, scene) == 0)
        #expect(scene.claimSample(1) == sample)
        scene.answer(sample, 1)
        #expect(excluded(scene) == [3])
        #expect(scene.table.events.last == .void(segments: [3, 7], file: 0, round: 1))
    }

    @Test func aMemberThatHashedNothingOfTheFileIsExcludedToo() throws {
        // Members 0 and 1 have fetched the file.
        var scene = try TableScene(sizes: [16], members: 4)
        scene.joinAll()
        scene.fetchAll(by: [0, 1])
        for name in 0..<4 { scene.send(.bad(file: 0, round: 0), name) }
        let first = try scene.takeSample(3)
        scene.answer(first, 3, kind: 7)
        #expect(scene.claimSample(2) == first)
        scene.answer(first, 2)
        #expect(excluded(scene) == [3])
        // The comparison goes on.
        #expect(scene.table.files[0].round == 0)
        let second = try scene.takeSample(2)
        scene.answer(second, 2)
        #expect(scene.claimRecheck(2) != nil)
    }

    @Test func theSampleOfAMemberThatDiesIsTakenByAnother() throws {
        var scene = try scene()
        let sample = try scene.takeSample(1)
        for _ in 0..<3 { scene.second([0, 2, 3]) }
        #expect(scene.claimSample(3) == sample)
        // Its answer is too late.
        #expect(scene.answer(sample, 1, kind: 7) == .taken)
        #expect(scene.table.samples.allSatisfy { !$0.isDisputed })
    }

    @Test func aLeaseIsRenewedByHeartbeats() throws {
        var scene = try scene()
        let sample = try scene.takeSample(1)
        for _ in 0..<8 { scene.second([0, 1, 2, 3], sampled: [1: [sample.segment]]) }
        #expect(scene.table.heldSample(sample.segment, 1) != nil)
        for _ in 0..<4 { scene.second([0, 1, 2, 3]) }
        #expect(scene.table.heldSample(sample.segment, 1) == nil)
    }

    @Test(arguments: [true, false]) func aMemberThatCannotReachTheOriginReturnsItsSample(isRateLimited: Bool) throws {
        var scene = try scene()
        let sample = try scene.takeSample(1)
        #expect(scene.send(.sampleFailed(segment: sample.segment, isRateLimited: isRateLimited), 1) == .taken)
        // It takes none until the file is reported again, unless the origin has only asked it to wait.
        #expect((scene.claimSample(1) == sample) == isRateLimited)
        if !isRateLimited { #expect(scene.claimSample(3) == sample) }
    }

    @Test func withoutAThirdMemberNobodyIsExcluded() throws {
        var scene = try scene(members: 3)
        let disputed = try scene.sampleUntilDisputed(by: 1)
        #expect(hasher(disputed, scene) == 2)
        scene.send(.leave, 0)
        // The whole segments decide.
        #expect(scene.claimRecheck(1) != nil)
        #expect(excluded(scene).isEmpty && scene.table.samples.isEmpty)
    }

    @Test(arguments: [0, 1]) func theOnlyReporterGoesOnWithoutASampleOfItsOwnSegments(reporter: Int) throws {
        var scene = try scene(damagedBy: [], reporters: [reporter])
        var sampled: Set<Int> = []
        for _ in 0..<4 {
            while let sample = scene.claimSample(reporter) {
                sampled.formUnion([hasher(sample, scene) ?? -1])
                scene.answer(sample, reporter)
            }
            #expect(scene.claimRecheck(reporter) == nil)
            scene.second([0, 1, 2, 3])
        }
        #expect(sampled == Set(0..<4).subtracting([reporter]))
        for _ in 0..<2 { scene.second([0, 1, 2, 3]) }
        #expect(scene.claimRecheck(reporter) != nil)
    }

    @Test func aNewCoordinatorStartsAgain() throws {
        var old = try scene()
        let sample = try old.takeSample(1)
        var scene = try TableScene(sizes: [64], members: 4)
        for name in 0..<4 {
            let kept = old.table.entries.indices.compactMap { index in
                old.table.entries[index].hashes.map { KeptSegment(segment: index, hashes: $0, hasher: old.table.entries[index].hasher) }
            }
            // The member of rank 2 is gone.
            if name != 2 { scene.send(scene.join(name, rank: name, kept: kept), name) }
        }
        for _ in 0..<2 { scene.second([0, 1, 3]) }
        #expect(scene.answer(sample, 1, kind: 7) == .taken)
        for name in [0, 1, 3] { #expect(scene.send(.bad(file: 0, round: 0), name) == .bad(.again)) }
        for _ in 0..<20 {
            for name in [0, 1, 3] { if let sample = scene.claimSample(name) { scene.answer(sample, name) } }
        }
        // It is not known here, so it cannot be excluded; its segments are fetched again.
        #expect(scene.table.events.last == .void(segments: [2, 6], file: 0, round: 1))
        #expect(excluded(scene).isEmpty)
    }
}
