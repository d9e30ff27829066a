import FetchTypes
import Testing

@testable import Fleet

/// A sample that a member fetches is no claim of its segment, and ends after a time.
@Suite struct SegmentHeldSampleTests {
    /// 64 MiB in eight segments, claimed in turns by all; every member has found the file wrong, and member 1 takes a sample.
    private func scene() throws -> (TableScene, TableScene.Sample) {
        var scene = try TableScene(sizes: [64], members: 4)
        scene.joinAll()
        scene.fetchAll(by: [0, 1, 2, 3])
        for name in 0..<4 { scene.send(.got(segments: Array(0..<8)), name) }
        for name in 0..<4 { scene.send(.bad(file: 0, round: 0), name) }
        let sample = try scene.takeSample(1)
        return (scene, sample)
    }

    @Test func aSampleWhoseRequestHangsIsTakenByAnother() throws {
        var (scene, sample) = try scene()
        for _ in 0..<14 { scene.second([0, 1, 2, 3], sampled: [1: [sample.segment]]) }
        #expect(scene.table.heldSample(sample.segment, 1) != nil)
        #expect(scene.claimSample(3) == nil)
        scene.second([0, 1, 2, 3], sampled: [1: [sample.segment]])
        #expect(scene.table.heldSample(sample.segment, 1) == nil)
        #expect(scene.table.files[0].cutOff == [1])
        #expect(scene.claimSample(1) == nil)
        #expect(scene.claimSample(3) == sample)
        // Its answer is too late.
        scene.answer(sample, 1, kind: 7)
        scene.answer(sample, 3)
        #expect(!scene.table.samples.contains { $0.isDisputed })
    }

    @Test func rechecksGoOnWhereNobodyElseTakesTheSample() throws {
        var (scene, sample) = try scene()
        for _ in 0..<22 { scene.second([0, 1, 2, 3], sampled: [1: [sample.segment]]) }
        #expect(!scene.table.isSampling(0))
        #expect(scene.claimRecheck(0) != nil)
    }

    @Test func aSampleOfASegmentThatIsVoidClaimsNothing() throws {
        var (scene, sample) = try scene()
        scene.table.void([scene.table.manifest.segments[sample.segment]], of: 0)
        let held = HeldSegment(segment: sample.segment, isSample: true)
        guard case .renewed(let lost, _) = scene.send(.renew(held: [held], counts: FleetCounts()), 1) else {
            return #expect(Bool(false))
        }
        #expect(lost == [sample.segment])
        #expect(scene.table.entries[sample.segment].claim == nil)
        // It may claim the segment all the same: nothing else is in its hands.
        #expect(scene.claim(1) == sample.segment)
    }

    @Test(arguments: [true, false]) func aFailedSampleKeepsTheClaimOfTheSegment(isRateLimited: Bool) throws {
        var (scene, sample) = try scene()
        scene.table.void([scene.table.manifest.segments[sample.segment]], of: 0)
        #expect(scene.claim(1) == sample.segment)
        #expect(scene.send(.sampleFailed(segment: sample.segment, isRateLimited: isRateLimited), 1) == .taken)
        #expect(scene.table.entries[sample.segment].claim?.rank == 1)
        #expect((scene.table.allowance.limit < 4) == isRateLimited)
    }

    @Test func aFailedSegmentKeepsTheSample() throws {
        var (scene, sample) = try scene()
        #expect(scene.send(.failed(segment: sample.segment), 1) == .taken)
        #expect(scene.table.heldSample(sample.segment, 1) != nil)
    }
}
