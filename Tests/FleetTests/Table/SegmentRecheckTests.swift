import FetchTypes
import Testing

@testable import Fleet

/// How the wrong segment of a file that several members hashed is found.
@Suite struct SegmentRecheckTests {
    /// 32 MiB in four segments, claimed in turns; some members hash damaged bytes.
    private func scene(members: Int = 4, by names: [Int] = [0, 1, 2, 3], damagedBy: [Int] = [2]) throws -> TableScene {
        var scene = try TableScene(sizes: [32], members: members)
        scene.joinAll()
        scene.fetchAll(by: names, kind: Dictionary(uniqueKeysWithValues: damagedBy.map { ($0, 9) }))
        return scene
    }

    private func excluded(_ scene: TableScene) -> [FleetEvent] {
        scene.table.events.filter { if case .excluded = $0 { true } else { false } }
    }

    @Test func segmentsAreRecheckedByOthersUntilOneDiffers() throws {
        var scene = try scene()
        for name in 0..<4 { #expect(scene.send(.bad(file: 0, round: 0), name) == .bad(.again)) }
        try scene.passSamples(by: [0, 1, 2, 3])
        #expect(!scene.table.events.contains { if case .void = $0 { true } else { false } })
        // No member rechecks its own segment; at first the members are compared in pairs.
        #expect((0..<4).map { scene.claimRecheck($0) } == [1, nil, 3, nil])
        #expect(scene.send(.have(segment: 1, hashes: scene.hashes(1)), 0) == .taken)
        #expect(scene.table.files[0].round == 0)
        #expect(scene.send(.have(segment: 3, hashes: scene.hashes(3)), 2) == .taken)
        #expect((0..<4).map { scene.claimRecheck($0) } == [2, 0, nil, nil])
        // Two differ, so a third one decides; the others wait.
        #expect(scene.send(.have(segment: 2, hashes: scene.hashes(2)), 0) == .dropped)
        #expect((0..<4).map { scene.claimRecheck($0) } == [nil, nil, nil, 2])
        #expect(scene.send(.have(segment: 2, hashes: scene.hashes(2)), 3) == .taken)
        #expect(scene.table.events.last == .replaced(segment: 2, hashes: scene.hashes(2), keeper: 3, file: 0, round: 1))
        #expect(scene.send(.verified(file: 0, sha256: TableScene.right), 0) == .agreed(true))
        #expect(excluded(scene) == [.excluded(rank: 2)])
        // The other segments are not rechecked any more; a recheck that has begun is accepted.
        #expect(scene.claimRecheck(2) == nil)
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 1) == .taken)
    }

    @Test func theOthersAreRecheckedWhileTheFileIsWrong() throws {
        var scene = try scene(damagedBy: [1, 2])
        for name in 0..<4 { scene.send(.bad(file: 0, round: 0), name) }
        try scene.passSamples(by: [0, 1, 2, 3])
        for (wrong, round) in [(1, 1), (2, 2)] {
            #expect(scene.claimRecheck(0) == wrong)
            #expect(scene.send(.have(segment: wrong, hashes: scene.hashes(wrong)), 0) == .dropped)
            #expect(scene.claimRecheck(3) == wrong)
            #expect(scene.send(.have(segment: wrong, hashes: scene.hashes(wrong)), 3) == .taken)
            #expect(scene.table.files[0].round == round)
            // A member that has not received the event reports the previous round.
            #expect(scene.send(.bad(file: 0, round: round - 1), 3) == .bad(.again))
            for name in 0..<4 where round == 1 { #expect(scene.send(.bad(file: 0, round: round), name) == .bad(.again)) }
        }
        #expect(excluded(scene) == [.excluded(rank: 1)])
        scene.send(.verified(file: 0, sha256: TableScene.right), 0)
        #expect(excluded(scene) == [.excluded(rank: 1), .excluded(rank: 2)])
    }

    @Test func aWrongRecheckIsFoundByAThirdMember() throws {
        // Rank 2 damages all segments that it fetches.
        var scene = try scene(members: 3, by: [0, 1], damagedBy: [])
        for name in 0..<3 { scene.send(.bad(file: 0, round: 0), name) }
        try scene.passSamples(by: [0, 1, 2])
        #expect(scene.claimRecheck(2) == 0)
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0, kind: 9)), 2) == .dropped)
        // The member that has not answered decides.
        #expect([2, 0, 1].map { scene.claimRecheck($0) } == [nil, nil, 0])
        scene.send(.have(segment: 0, hashes: scene.hashes(0)), 1)
        #expect(excluded(scene) == [.excluded(rank: 2)])
        #expect(scene.table.entries.allSatisfy { $0.hashes == scene.hashes(0) })
        scene.send(.verified(file: 0, sha256: TableScene.right), 0)
        #expect(excluded(scene) == [.excluded(rank: 2)])
    }

    @Test func otherRechecksGoOnWhereTheThirdMemberCannotReachTheOrigin() throws {
        var scene = try scene(members: 3, by: [0, 1], damagedBy: [0, 1])
        for name in 0..<2 { scene.send(.bad(file: 0, round: 0), name) }
        try scene.passSamples(by: [0, 1])
        #expect(scene.claimRecheck(0) == 1)
        scene.send(.have(segment: 1, hashes: scene.hashes(1)), 0)
        // Both others wait for the third one.
        #expect([0, 1, 2].map { scene.claimRecheck($0) } == [nil, nil, 1])
        scene.send(.failed(segment: 1), 2)
        #expect(scene.claimRecheck(0) == 3)
    }

    @Test func oneMemberFetchesTheFileWhereAllSegmentsAreConfirmed() throws {
        var scene = try scene(damagedBy: [])
        scene.send(.bad(file: 0, round: 0), 3)
        scene.send(.bad(file: 0, round: 0), 2)
        try scene.passSamples(by: [2, 3])
        scene.recheckAll(by: [2, 3])
        #expect(scene.table.events.last == .void(segments: [0, 1, 2, 3], file: 0, round: 1))
        for name in [1, 2, 3] { #expect(scene.claim(name) == nil) }
        scene.fetchAll(by: [0])
        #expect(scene.table.entries.allSatisfy { $0.hasher == 0 })
    }

    @Test func theOnlyMemberWithAWrongCopyLearnsThatTheFileIsRight() throws {
        var scene = try scene(damagedBy: [])
        scene.send(.bad(file: 0, round: 0), 1)
        scene.send(.verified(file: 0, sha256: TableScene.right), 0)
        #expect(scene.table.events.last == .right(file: 0))
        #expect(scene.send(.bad(file: 0, round: 0), 1) == .bad(.yourOwn))
        #expect(excluded(scene).isEmpty)
    }

    /// The only member that waits rechecks the segments of others first.
    @Test func withoutOtherReportersOwnSegmentsAreRecheckedToo() throws {
        var scene = try scene(members: 2, by: [0, 1], damagedBy: [0])
        scene.send(.bad(file: 0, round: 0), 0)
        var seen: [Int] = []
        for _ in 0..<4 {
            guard let segment = scene.claimRecheck(0) else { break }
            seen.append(segment)
            scene.send(.have(segment: segment, hashes: scene.hashes(segment)), 0)
            if scene.table.files[0].round > 0 { break }
        }
        #expect(seen == [1, 3, 0])
        #expect(scene.table.entries[0].hashes == scene.hashes(0))
    }

    @Test func aCopyFromAnotherMemberConfirmsNothing() throws {
        var scene = try scene()
        scene.send(.bad(file: 0, round: 0), 1)
        // A segment without a claim came from another member.
        #expect(scene.send(.have(segment: 2, hashes: scene.hashes(2, kind: 9)), 1) == .taken)
        #expect(scene.send(.have(segment: 2, hashes: scene.hashes(2)), 1) == .dropped)
        #expect(scene.table.files[0].suspects == [0, 1, 2, 3])
    }
}
