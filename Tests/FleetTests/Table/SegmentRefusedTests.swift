import FetchTypes
import Testing

@testable import Fleet

/// Members to which the origin does not give every file: what the others wait for, and who fetches.
@Suite struct SegmentRefusedTests {
    /// Two files of 16 MiB in two segments each, and a bundle of one small file.
    private func scene(members: Int = 3) throws -> TableScene {
        var scene = try TableScene(sizes: [16, 16, 1], members: members)
        scene.joinAll()
        return scene
    }

    /// What a member says of itself when it joins.
    struct Member: Sendable {
        var refused: Set<Int> = []
        var dataPort = 7701
        var isExcluded = false
    }

    /// The members, and the files that none of them can fetch for the others although one needs that.
    @Test(
        arguments: [
            ([Member(refused: [0, 1, 2]), Member()], []),
            ([Member(refused: [0, 1, 2]), Member(refused: [0])], [0..<1]),
            ([Member(refused: [0]), Member(refused: [1])], []),
            // Nobody gets ranges from a member without an aria2c, but bundles.
            ([Member(refused: [0, 1, 2]), Member(dataPort: 0)], [0..<2]),
            // Nobody gets anything from an excluded member.
            ([Member(refused: [0, 2]), Member(isExcluded: true)], [0..<1, 2..<3]),
            ([Member(refused: [0, 2]), Member(isExcluded: true), Member()], []),
            ([Member(dataPort: 0), Member(isExcluded: true)], []),
        ] as [([Member], [Range<Int>])])
    func filesThatNobodyCanDeliverAreReported(members: [Member], refused: [Range<Int>]) throws {
        var scene = try TableScene(sizes: [16, 16, 1], members: members.count)
        for (name, member) in members.enumerated() {
            scene.send(scene.join(name, dataPort: member.dataPort, refused: member.refused), name)
            if member.isExcluded { scene.table.exclude(name) }
        }
        #expect(scene.table.status.refused == refused)
    }

    @Test func aMemberWithoutATokenForOneFileComparesTheOthers() throws {
        var scene = try scene()
        for name in 0..<3 { scene.send(scene.join(name, rank: name, refused: [1]), name) }
        scene.fetchAll(by: [0, 1, 2])
        scene.send(.got(segments: [0, 1]), 2)
        scene.send(.bad(file: 0, round: 0), 2)
        #expect(scene.table.isSampling(0))
        #expect(scene.claimSample(2) != nil)
    }

    @Test func aMemberThatIsRefusedTheFileIsNotItsOnlyFetcher() throws {
        var scene = try scene()
        scene.fetchAll(by: [0, 1, 2])
        scene.send(.bad(file: 0, round: 0), 2)
        scene.table.refetch(0)
        #expect(scene.table.files[0].soleFetcher == 0)
        #expect(scene.claim(1) == nil)
        // Its token is not accepted any more.
        scene.send(scene.join(0, rank: 0, refused: [0]), 0)
        #expect(scene.claim(1) != nil)
    }

    @Test func theOnlyFetcherIsOneThatTheOriginServes() throws {
        var scene = try scene()
        scene.send(scene.join(0, rank: 0, refused: [0]), 0)
        scene.fetchAll(by: [1, 2])
        scene.table.refetch(0)
        #expect(scene.table.files[0].soleFetcher == 1)
    }

    @Test(arguments: [true, false]) func rechecksDoNotWaitForAReporterThatIsRefusedTheFile(isRefused: Bool) throws {
        var scene = try scene(members: 2)
        scene.fetchAll(by: [0, 1])
        for name in 0..<2 { scene.send(.bad(file: 0, round: 0), name) }
        if isRefused { scene.send(scene.join(1, rank: 1, refused: [0]), 1) }
        // The last member that may fetch rechecks the other's segment first.
        #expect(scene.claimRecheck(0) == 1)
        scene.send(.have(segment: 1, hashes: scene.hashes(1)), 0)
        // Its own is the other's turn, which never claims it without a token.
        #expect(scene.claimRecheck(0) == (isRefused ? 0 : nil))
    }

    /// How the last member that may fetch the file ends.
    @Test(arguments: [.leave, .done(counts: FleetCounts()), nil] as [FleetMessage?])
    func aWrongFileThatNobodyMayRecheckIsVoid(end: FleetMessage?) throws {
        var scene = try scene()
        scene.fetchAll(by: [0, 1])
        scene.send(scene.join(0, rank: 0, refused: [0]), 0)
        for name in 0..<3 { scene.send(.got(segments: [0, 1]), name) }
        scene.send(.bad(file: 0, round: 0), 0)
        #expect(!scene.table.files[0].suspects.isEmpty)
        for name in [1, 2] { scene.send(end ?? scene.join(name, rank: name, refused: [0]), name) }
        scene.second([0])
        // The one that waits is told, and gives the file up because nobody may fetch it.
        #expect(scene.table.events.last == .void(segments: [0, 1], file: 0, round: 1))
        #expect(scene.table.files[0].suspects.isEmpty)
    }

    @Test func aReplacedFileIsNotVoidBeforeItIsReportedAgain() throws {
        var scene = try scene(members: 2)
        scene.fetchAll(by: [0, 1], kind: [1: 9])
        for name in 0..<2 { scene.send(.got(segments: [0, 1]), name) }
        for name in 0..<2 { scene.send(.bad(file: 0, round: 0), name) }
        #expect(scene.claimRecheck(0) == 1)
        #expect(scene.send(.have(segment: 1, hashes: scene.hashes(1)), 0) == .taken)
        #expect(scene.table.files[0].suspects == [0])
        scene.send(.got(segments: [1]), 1)
        for name in 0..<2 { scene.send(scene.join(name, rank: name, refused: [0]), name) }
        // It is probably right now.
        scene.second([0, 1])
        #expect(scene.table.files[0].round == 1)
        #expect(scene.send(.bad(file: 0, round: 1), 1) == .bad(.again))
        scene.second([0, 1])
        #expect(scene.table.files[0].round == 2)
    }
}
