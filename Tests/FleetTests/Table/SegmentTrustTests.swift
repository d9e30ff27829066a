import FetchTypes
import Testing

@testable import Fleet

/// How the coordinator finds members that hash wrong bytes, and refuses invalid messages.
@Suite struct SegmentTrustTests {
    @Test func oneMemberAtATimeRefetches() throws {
        var scene = try TableScene(sizes: [8], members: 3)
        scene.joinAll()
        scene.fetchAll(by: [0])
        #expect(scene.send(.complain(segment: 0), 1) == .refetch(true))
        #expect(scene.send(.complain(segment: 0), 2) == .refetch(false))
        #expect(scene.send(.complain(segment: 0), 1) == .refetch(true))
        // A member that has the segment may not refetch it.
        #expect(scene.send(.complain(segment: 0), 0) == .refetch(false))
        // An expired permission goes to another member.
        for _ in 0..<5 { scene.second([0, 1, 2]) }
        #expect(scene.send(.complain(segment: 0), 2) == .refetch(true))
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 2) == .taken)
    }

    @Test func aDifferentRefetchReplacesAndTheFileHashShowsTheFault() throws {
        var scene = try TableScene(sizes: [8], members: 3)
        scene.joinAll()
        scene.fetchAll(by: [0], kind: [0: 9])
        scene.send(.complain(segment: 0), 1)
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 1) == .taken)
        #expect(scene.table.events.last == .have(segment: 0, hashes: scene.hashes(0), keeper: 1))
        #expect(scene.send(.verified(file: 0, sha256: TableScene.right), 1) == .agreed(true))
        #expect(scene.table.events.last == .excluded(rank: 0))
    }

    @Test func hashesThatContradictAreDropped() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        scene.fetchAll(by: [0])
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0, kind: 1)), 1) == .dropped)
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 1) == .taken)
    }

    @Test func aBadFileOfOneHasherExcludesItAtOnce() throws {
        var scene = try TableScene(sizes: [16], members: 3)
        scene.joinAll()
        scene.fetchAll(by: [0])
        #expect(scene.send(.bad(file: 0, round: 0), 1) == .bad(.again))
        #expect(scene.table.events.suffix(2) == [.void(segments: [0, 1], file: 0, round: 1), .excluded(rank: 0)])
        // A second report of the same round has no effect.
        let events = scene.table.events.count
        #expect(scene.send(.bad(file: 0, round: 0), 2) == .bad(.again))
        #expect(scene.table.events.count == events)
        #expect(scene.claim(0) == nil)
        #expect([scene.claim(1), scene.claim(2)] == [0, 1])
        // Its later hashes are dropped; it may fetch for itself.
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 0) == .dropped)
        #expect(scene.send(.complain(segment: 0), 0) == .refetch(false))
        scene.send(.have(segment: 0, hashes: scene.hashes(0)), 1)
        #expect(scene.send(.complain(segment: 0), 0) == .refetch(true))
        #expect(scene.send(.have(segment: 0, hashes: scene.hashes(0)), 0) == .taken)
        #expect(scene.table.entries[0].owners == [1])
    }

    @Test func excludingAMemberVoidsItsOtherSegments() throws {
        var scene = try TableScene(sizes: [8, 16, 8], members: 2)
        scene.joinAll()
        scene.send(.have(segment: 0, hashes: scene.hashes(0)), 0)
        scene.send(.have(segment: 1, hashes: scene.hashes(1)), 0)
        scene.send(.have(segment: 2, hashes: scene.hashes(2)), 1)
        scene.send(.have(segment: 3, hashes: scene.hashes(3)), 0)
        scene.send(.verified(file: 2, sha256: TableScene.right), 1)
        scene.send(.bad(file: 0, round: 0), 1)
        // Only its own segment of the second file is void; the third file is verified.
        let voids: [FleetEvent] = [.void(segments: [0], file: 0, round: 1), .excluded(rank: 0), .void(segments: [1], file: 1, round: 1)]
        #expect(Array(scene.table.events.suffix(3)) == voids)
    }

    @Test func aMemberWithTheOnlyWrongCopyObtainsItAgain() throws {
        var scene = try TableScene(sizes: [8], members: 3)
        scene.joinAll()
        scene.fetchAll(by: [0])
        scene.send(.verified(file: 0, sha256: TableScene.right), 0)
        #expect(scene.send(.bad(file: 0, round: 0), 1) == .bad(.yourOwn))
        #expect(!scene.table.events.contains { if case .void = $0 { true } else { false } })
    }

    @Test func aFileThatStaysWrongIsGivenUp() throws {
        var scene = try TableScene(sizes: [8], members: 2)
        scene.joinAll()
        for round in 0..<2 { #expect(scene.send(.bad(file: 0, round: round), round) == .bad(.again)) }
        #expect(scene.send(.bad(file: 0, round: 2), 0) == .bad(.hopeless))
        #expect(scene.table.events.last == .hopeless(file: 0))
        #expect(scene.claim(1) == nil)
    }

    @Test func withoutAPublishedHashTheFirstOneCounts() throws {
        var scene = try TableScene(sizes: [8], published: false)
        scene.joinAll()
        #expect(scene.send(.verified(file: 0, sha256: TableScene.wrong), 0) == .agreed(true))
        #expect(scene.send(.verified(file: 0, sha256: TableScene.wrong.uppercased()), 1) == .agreed(true))
        #expect(scene.send(.verified(file: 0, sha256: TableScene.right), 1) == .agreed(false))
        #expect(!scene.table.events.contains { if case .excluded = $0 { true } else { false } })
    }

    @Test(
        arguments: [
            .have(segment: -1, hashes: PieceHashes(sha1: [])!), .have(segment: 1, hashes: PieceHashes(sha1: [])!),
            .have(segment: 0, hashes: PieceHashes(sha1: [])!), .got(segments: [0, 9]), .got(segments: [Int.min]), .rateLimited(segment: 9),
            .sampleFailed(segment: 9, isRateLimited: true), .renew(held: [HeldSegment(segment: 7, isSample: true)], counts: FleetCounts()),
            .failed(segment: Int.max), .complain(segment: -1), .verified(file: 9, sha256: TableScene.right),
            .verified(file: 0, sha256: "x"),
            .verified(file: 0, sha256: String(repeating: "é", count: 32)), .bad(file: -1, round: 0), .bad(file: 0, round: -1),
            .sampled(segment: -1, piece: 0, sha1: String(repeating: "ab", count: 20)),
            .sampled(segment: 0, piece: 8, sha1: String(repeating: "ab", count: 20)),
            .sampled(segment: 0, piece: -1, sha1: String(repeating: "ab", count: 20)), .sampled(segment: 0, piece: 0, sha1: "ab"),
            .renew(held: [HeldSegment(segment: 7)], counts: FleetCounts()),
        ] as [FleetMessage])
    func anInvalidMessageChangesNothing(message: FleetMessage) throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        let before = (scene.table.events, scene.table.entries, scene.table.files)
        #expect(scene.send(message, 0) == .malformed)
        #expect(before == (scene.table.events, scene.table.entries, scene.table.files))
    }

    @Test(arguments: [
        ("", 7700, 7701, 0, 1), ("10.0.0.1 ", 7700, 7701, 0, 1), ("host.example", 7700, 7701, 0, 1), ("10.0.0.1", 0, 7701, 0, 1),
        ("10.0.0.1", 7700, 65_536, 0, 1), ("10.0.0.1", 7700, -1, 0, 1), ("10.0.0.1", 7700, 7701, 9, 8), ("10.0.0.1", 7700, 7701, 0, 2),
        (String(repeating: "1", count: 46), 7700, 7701, 0, 1),
    ])
    func anInvalidJoinIsRefused(address: String, controlPort: Int, dataPort: Int, segment: Int, pieces: Int) throws {
        var scene = try TableScene(sizes: [8])
        let hashes = PieceHashes(sha1: Array(repeating: Array(repeating: 0, count: 20), count: pieces * 8))!
        let join = FleetJoin(
            rank: nil, address: address, controlPort: controlPort, dataPort: dataPort, members: 2, digest: scene.table.manifest.digest,
            kept: [KeptSegment(segment: segment, hashes: hashes)])
        #expect(scene.send(.join(join), 0) == .malformed)
        #expect(scene.table.nodes.isEmpty)
    }

    @Test func numbersOutOfBoundsAreCut() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        let counts = FleetCounts(origin: .max, peers: -5, uploaded: .min, peerRate: .infinity)
        scene.claim(0)
        for name in [0, 1] {
            scene.send(.renew(held: [HeldSegment(segment: 0, bytes: .max, rate: .nan)], counts: counts), name)
        }
        #expect(scene.table.status.counts == FleetCounts(origin: 1 << 50))
    }

    @Test func aMemberThatHasNotJoinedIsUnknown() throws {
        var scene = try TableScene(sizes: [8])
        scene.joinAll()
        for message in [FleetMessage.claim(files: [0]), .leave, .done(counts: FleetCounts()), .bad(file: 0, round: 0)] {
            #expect(scene.send(message, 5) == .unknown)
        }
    }

    @Test func theLimitGrowsWhileTheSumOfRatesDoes() {
        var allowance = OriginAllowance(members: 4)
        var now = Duration.zero
        /// Simulates ten seconds with a rate for each claimed segment.
        func run(_ rate: (Int) -> Double) {
            for _ in 0..<10 {
                now += .seconds(1)
                allowance.measure(rates: rate(allowance.limit), inHand: allowance.limit, now: now)
            }
        }
        run { Double($0) * 10 }
        #expect(allowance.limit > 4)
        let grown = allowance.limit
        // The line is saturated: more segments at once do not raise the rate.
        for _ in 0..<5 { run { _ in Double(grown) * 10 } }
        #expect(allowance.limit <= grown + grown / 4)
        allowance.rateLimited(inHand: allowance.limit, now: now)
        #expect(allowance.limit <= (grown + grown / 4) / 2)
        for _ in 0..<20 { allowance.rateLimited(inHand: 1, now: now + .seconds(100)) }
        #expect(allowance.limit == 1 && allowance.share(of: 4) == 1)
    }
}
