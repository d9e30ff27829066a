import TestSupport
import Testing

@testable import Fleet

/// How often segments of a wrong file are fetched again, whatever the order in which the members act.
@Suite struct SegmentRecheckOrderTests {
    /// The members of a fleet whose file is complete and wrong; they act in a random order.
    private struct Simulation {
        enum State {
            case hashing
            case waiting
            case sampling(TableScene.Sample)
            case rechecking(Int)
        }
        var scene: TableScene
        var states: [State]
        var rounds: [Int]
        var random: SeededGenerator
        /// The members that damage all that they fetch.
        let bad: Set<Int>
        /// The members that damage the pieces that they sample.
        var damagesSamples: Set<Int> = []
        /// Segments that were fetched since the file was found wrong, and pieces.
        var fetched = 0
        var sampled = 0
        var hashed = 0
        private let right: PieceHashes
        /// A member has reported bytes since the file was last compared.
        private var isNews = true

        init(members: Int, bad: Set<Int>, seed: UInt64) throws {
            scene = try TableScene(sizes: [Int64(members * 64)], members: members, seed: seed)
            scene.joinAll()
            scene.fetchAll(by: Array(0..<members), kind: Dictionary(uniqueKeysWithValues: bad.map { ($0, 9) }))
            states = Array(repeating: .hashing, count: members)
            rounds = Array(repeating: 0, count: members)
            random = SeededGenerator(seed: seed)
            self.bad = bad
            right = scene.hashes(0)
        }

        var round: Int { scene.table.files[0].round }
        var isRight: Bool { scene.table.entries.allSatisfy { $0.hashes == right } }
        var isComplete: Bool { scene.table.entries.allSatisfy { $0.hashes != nil } }
        var excluded: Set<Int> { Set(scene.table.nodes.values.filter(\.isExcluded).map(\.rank)) }

        /// Damages a piece of a segment before it is hashed.
        mutating func damage(_ segment: Int, piece: Int) {
            var sha1 = scene.hashes(segment).sha1
            sha1[piece] = Array(repeating: 9, count: 20)
            scene.table.entries[segment].hashes = PieceHashes(sha1: sha1)
        }

        /// Damaged bytes are others each time.
        private mutating func damagedKind() -> UInt8 { UInt8(1 + random.next() % 255) }

        private mutating func bytes(_ segment: Int, by member: Int) -> PieceHashes {
            isNews = true
            return scene.hashes(segment, kind: bad.contains(member) ? damagedKind() : 0)
        }

        /// Lets the members act until the file is right.
        mutating func run(_ seed: Int) throws {
            for _ in 0..<100_000 {
                if isNews, isRight { return }
                isNews = false
                if let reply = step() { try #require(reply == .bad(.again), "seed \(seed)") }
            }
            Issue.record("seed \(seed): the file is never right")
        }

        private mutating func step() -> FleetReply? {
            let member = Int(random.next() % UInt64(states.count))
            switch states[member] {
            case .rechecking(let segment):
                // Half of the way, or cancelled because another segment was replaced.
                if round != rounds[member] {
                    scene.send(.failed(segment: segment), member)
                } else if random.next() % 2 == 0 {
                    return nil
                } else {
                    let bytes = bytes(segment, by: member)
                    scene.send(.have(segment: segment, hashes: bytes), member)
                }
                states[member] = round == rounds[member] ? .waiting : .hashing
                return nil
            case .sampling(let sample):
                // A sample is fetched to its end, whatever happens to the file meanwhile.
                guard random.next() % 2 == 0 else { return nil }
                scene.answer(sample, member, kind: bad.union(damagesSamples).contains(member) ? damagedKind() : 0)
                states[member] = .waiting
                return nil
            case .waiting where round == rounds[member]:
                switch scene.send(.claim(files: [0]), member) {
                case .sample(let segment, let piece):
                    sampled += 1
                    states[member] = .sampling(TableScene.Sample(segment: segment, piece: piece))
                case .recheck(let segment):
                    fetched += 1
                    states[member] = .rechecking(segment)
                default: break
                }
                return nil
            case .waiting, .hashing:
                rounds[member] = round
                states[member] = .hashing
                guard isComplete else {
                    guard let segment = scene.claim(member) else { return nil }
                    fetched += 1
                    let bytes = bytes(segment, by: member)
                    scene.send(.have(segment: segment, hashes: bytes), member)
                    return nil
                }
                hashed += 1
                states[member] = .waiting
                return scene.send(.bad(file: 0, round: round), member)
            }
        }
    }

    @Test(arguments: [2, 3, 4, 8]) func aSegmentThatWasDamagedOnceCostsTheFileOnceMoreAtMost(members: Int) throws {
        var sum = 0
        for seed in 0..<100 {
            var simulation = try Simulation(members: members, bad: [], seed: UInt64(seed))
            let count = simulation.scene.table.entries.count
            let wrong = seed % count
            simulation.damage(wrong, piece: seed % 8)
            try simulation.run(seed)
            #expect(simulation.fetched <= count + members, "seed \(seed)")
            sum += simulation.fetched
        }
        // Half of the file on average.
        let count = try Simulation(members: members, bad: [], seed: 0).scene.table.entries.count
        #expect(sum <= 100 * (count * 6 / 10 + members))
    }

    @Test(arguments: [3, 4, 5, 8]) func oneMemberThatDamagesEverythingIsFoundBySamplesAndCostsItsShare(members: Int) throws {
        for seed in 0..<100 {
            let bad = seed % members
            var simulation = try Simulation(members: members, bad: [bad], seed: UInt64(seed))
            let share = simulation.scene.table.entries.count { $0.hasher == bad }
            try simulation.run(seed)
            #expect(simulation.excluded == [bad], "seed \(seed)")
            #expect(simulation.fetched == share, "seed \(seed)")
            // One of each member, and a third answer to what it has hashed and to what it has sampled.
            #expect(simulation.sampled <= members + 2, "seed \(seed)")
            #expect(simulation.hashed <= 4 * members, "seed \(seed)")
        }
    }

    @Test(arguments: [5, 8]) func twoMembersThatDamageEverythingAreFoundOneAfterTheOther(members: Int) throws {
        for seed in 0..<50 {
            let bad: Set = [seed % members, (seed + 1 + seed / members % (members - 1)) % members]
            var simulation = try Simulation(members: members, bad: bad, seed: UInt64(seed))
            let share = simulation.scene.table.entries.count / members
            try simulation.run(seed)
            #expect(simulation.excluded == bad, "seed \(seed)")
            // The second one may fetch the first one's share.
            #expect(simulation.fetched <= 3 * share, "seed \(seed)")
            #expect(simulation.sampled <= 2 * (members + 4), "seed \(seed)")
        }
    }

    @Test(arguments: [3, 4, 8]) func aMemberThatDamagesItsSamplesExcludesNoOther(members: Int) throws {
        for seed in 0..<50 {
            var simulation = try Simulation(members: members, bad: [], seed: UInt64(seed))
            let count = simulation.scene.table.entries.count
            let wrong = seed % count
            let hasher = try #require(simulation.scene.table.entries[wrong].hasher)
            simulation.damage(wrong, piece: seed % 8)
            let liar = (hasher + 1 + seed % (members - 1)) % members
            simulation.damagesSamples = [liar]
            try simulation.run(seed)
            #expect(simulation.excluded.isSubset(of: [liar, hasher]), "seed \(seed)")
            #expect(simulation.fetched <= 2 * count, "seed \(seed)")
        }
    }

    @Test func twoMembersAreNotSampled() throws {
        for seed in 0..<20 {
            var simulation = try Simulation(members: 2, bad: [], seed: UInt64(seed))
            simulation.damage(seed % 16, piece: seed % 8)
            try simulation.run(seed)
            #expect(simulation.sampled == 0)
        }
    }
}
