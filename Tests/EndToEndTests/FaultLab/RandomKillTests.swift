import Foundation
import PracticeHub
import TestSupport
import Testing

@Suite("Fault lab: SIGKILL at random moments")
struct RandomKillTests {
    private let name = "practice-model.safetensors"
    private let size: Int64 = 8 << 20
    /// Seconds that the whole file takes.
    private let whole = 2.0

    enum Victim: String, Sendable, CaseIterable {
        case fetchctl, aria2c, both
    }

    /// Five moments each: four of them are twenty.
    static let rounds = 1...4

    /// The seed of a round, printed so that a failure can be repeated: `FETCHCTL_LAB_SEED=… swift test --filter …`.
    private func dice(_ what: String) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["FETCHCTL_LAB_SEED"].flatMap { UInt64($0) }
        let seed = given ?? .random(in: 1...(1 << 32))
        print("fault lab: \(what): FETCHCTL_LAB_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    /// What the record says is there, is there: nothing that it claims may be other bytes.
    private func expectHonestRecord(_ scenario: Scenario, _ content: PracticeFile) throws {
        guard let record = scenario.box.partialRecord(name), let length = record["piece_length"]?.int, let hex = record["pieces"]?.string
        else { return }
        let data = try #require(scenario.box.data(name + Sandbox.partialEnding), "a record without data")
        for (index, digit) in hex.enumerated() {
            for bit in 0..<4 where (digit.hexDigitValue ?? 0) & (8 >> bit) != 0 {
                let first = Int64(index * 4 + bit) * length
                let range = first..<min(first + length, content.size)
                let isRight = data.count >= range.upperBound && data[Int(first)..<Int(range.upperBound)] == content.bytes(range)
                #expect(isRight, "piece \(index * 4 + bit) is recorded, and is not there")
            }
        }
    }

    @Test("of fetchctl: the runs that follow resume and fetch the file", arguments: Engine.allCases, rounds)
    func ofFetchctl(engine: Engine, round: Int) async throws {
        try await run(engine, .fetchctl, round)
    }

    @Test("of both fetchctl and aria2c", arguments: rounds)
    func ofBoth(round: Int) async throws {
        try await run(.aria2, .both, round)
    }

    private func run(_ engine: Engine, _ victim: Victim, _ round: Int) async throws {
        try await withScenario(engine, .paced(8, seconds: whole), isIdle: true) { scenario in
            var dice = dice("SIGKILL of \(victim) with \(engine), round \(round)")
            let content = try #require(await scenario.hub.civitaiFile(12345))
            var kept: Int64 = 0
            var kills = 0
            while kills < 5 {
                let running = try await scenario.start("civitai:12345", "--json", "-x", "2")
                try await Task.sleep(for: .seconds(.random(in: 0...whole * 0.8, using: &dice)))
                if victim == .both { for pid in scenario.aria2c { kill(pid, SIGKILL) } }
                running.send(SIGKILL)
                let outcome = await running.end()
                if outcome.code == 0 {
                    // It was sooner. From the start again.
                    try scenario.expectFile(name, content)
                    unlink(scenario.box.path(name))
                    kept = 0
                    continue
                }
                kills += 1
                #expect(outcome.wasKilled, "\(outcome.story)")
                // Killed between the rename and its last word, it has left the file.
                guard !scenario.box.exists(name) else {
                    #expect(content.isSame(as: scenario.box.data(name)))
                    unlink(scenario.box.path(name))
                    kept = 0
                    continue
                }
                let recorded = scenario.box.recordedBytes(name)
                #expect(recorded >= kept, "\(kept) bytes were recorded, and now \(recorded)")
                kept = recorded
                try expectHonestRecord(scenario, content)
            }
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            try scenario.expectFile(name, content)
            let resumed = try outcome.events().first { $0.name == "started" }?["resumed_bytes"]?.int ?? size
            #expect(resumed >= kept, "\(kept) bytes were recorded: \(outcome.story)")
            let fetched = try outcome.event("finished")["fetched_bytes"]?.int ?? .max
            #expect(fetched <= size - kept + (1 << 20), "\(kept) bytes were recorded: \(outcome.story)")
        }
    }

    @Test("of aria2c only: the same run continues", .requiresAria2c, arguments: rounds)
    func ofAria2c(round: Int) async throws {
        try await withScenario(.aria2, .paced(8, seconds: whole), isIdle: true) { scenario in
            var dice = dice("SIGKILL of aria2c, round \(round)")
            let content = try #require(await scenario.hub.civitaiFile(12345))
            var kills = 0
            while kills < 5 {
                let running = try await scenario.start("civitai:12345", "--json", "-x", "2")
                while !running.hasEnded, kills < 5 {
                    try await Task.sleep(for: .seconds(.random(in: 0...whole, using: &dice)))
                    for pid in scenario.aria2c {
                        kill(pid, SIGKILL)
                        kills += 1
                    }
                }
                let outcome = await running.end()
                outcome.expectSuccess()
                try scenario.expectFile(name, content)
                #expect(try outcome.event("finished")["fetched_bytes"]?.int ?? .max < size + (10 << 20), "\(outcome.story)")
                unlink(scenario.box.path(name))
            }
        }
    }

    @Test("or a halt of aria2c mid-transfer: it is detected, and the run continues", .requiresAria2c)
    func halted() async throws {
        try await withScenario(.aria2, .paced(12, seconds: 4), isIdle: true) { scenario in
            let running = try await scenario.start("civitai:12345", "--json", "-x", "2")
            try await scenario.waitUntilRecorded(3 << 20, of: name)
            let daemon = try #require(scenario.aria2c.first)
            kill(daemon, SIGSTOP)
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(outcome.seconds < 50, "\(outcome.seconds) s")
            #expect(!ProcessTable.isAlive(daemon))
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(try outcome.event("finished")["fetched_bytes"]?.int ?? .max <= 18 << 20)
        }
    }
}
