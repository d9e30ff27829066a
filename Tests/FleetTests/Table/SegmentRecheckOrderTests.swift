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
            case rechecking(Int)
        }
        var scene: TableScene
        var states: [State]
        var rounds: [Int]
        var random: SeededGenerator
        /// The members that damage all that they fetch.
        let bad: Set<Int>
        var fetched = 0
        var hashed = 0

        init(members: Int, bad: Set<Int>, seed: UInt64) throws {
            scene = try TableScene(sizes: [Int64(members * 64)], members: members)
            scene.joinAll()
            scene.fetchAll(by: Array(0..<members), kind: Dictionary(uniqueKeysWithValues: bad.map { ($0, 9) }))
            states = Array(repeating: .hashing, count: members)
            rounds = Array(repeating: 0, count: members)
            random = SeededGenerator(seed: seed)
            self.bad = bad
        }

        var round: Int { scene.table.files[0].round }
        var isRight: Bool { scene.table.entries.allSatisfy { $0.hashes == scene.hashes(0) } }
        var isComplete: Bool { scene.table.entries.allSatisfy { $0.hashes != nil } }

        /// Damaged bytes are others each time.
        private mutating func bytes(_ segment: Int, by member: Int) -> PieceHashes {
            scene.hashes(segment, kind: bad.contains(member) ? UInt8(1 + random.next() % 255) : 0)
        }

        /// Lets the members act until the file is right.
        mutating func run(_ seed: Int) throws {
            for _ in 0..<100_000 {
                if isRight { return }
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
            case .waiting where round == rounds[member]:
                if case .recheck(let segment) = scene.send(.claim(files: [0]), member) {
                    fetched += 1
                    states[member] = .rechecking(segment)
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
            simulation.scene.table.entries[wrong].hashes = simulation.scene.hashes(wrong, kind: 9)
            try simulation.run(seed)
            #expect(simulation.fetched <= count + members, "seed \(seed)")
            sum += simulation.fetched
        }
        // Half of the file on average.
        let count = try Simulation(members: members, bad: [], seed: 0).scene.table.entries.count
        #expect(sum <= 100 * (count * 6 / 10 + members))
    }

    @Test(arguments: [3, 4, 8]) func oneMemberThatDamagesEverythingCostsItsShare(members: Int) throws {
        var sum = 0
        for seed in 0..<200 {
            var simulation = try Simulation(members: members, bad: [seed % members], seed: UInt64(seed))
            try simulation.run(seed)
            let count = simulation.scene.table.entries.count
            #expect(simulation.fetched <= count / 2 + members, "seed \(seed)")
            #expect(simulation.hashed <= 4 * members, "seed \(seed)")
            sum += simulation.fetched
        }
        // Its share, a segment of each pair, and what is under way when the first two differ.
        let count = try Simulation(members: members, bad: [], seed: 0).scene.table.entries.count
        #expect(sum <= 200 * (count / members + members))
    }
}
