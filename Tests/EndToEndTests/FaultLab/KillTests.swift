import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: killed processes")
struct KillTests {
    private let name = "practice-model.safetensors"
    private let size: Int64 = 24 << 20

    /// The rest comes, and no more of what was there than half.
    private func carryOn(_ scenario: Scenario, kept: Int64, _ location: SourceLocation = #_sourceLocation) async throws {
        await scenario.forgetRequests()
        let outcome = try await scenario.run(["add", "civitai:12345", "--json"], location)
        outcome.expectSuccess(location)
        try scenario.expectFile(name, await scenario.hub.civitaiFile(12345), location)
        let served = await scenario.bytesServed()
        #expect(served <= size - kept / 2, "\(kept) were on the disk, and still \(served) were served", sourceLocation: location)
        #expect(try outcome.event("started", location)["resumed_bytes"]?.int ?? 0 >= kept, sourceLocation: location)
    }

    @Test("by SIGKILL mid-transfer leave no aria2c and no final name, and a partial that the next run resumes", arguments: Engine.allCases)
    func outright(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 5)) { scenario in
            let running = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(8 << 20, of: name)
            #expect(scenario.aria2c.isEmpty == (engine == .builtin))
            running.send(SIGKILL)
            let outcome = await running.end()
            #expect(outcome.wasKilled)
            #expect(await eventually(within: .seconds(3)) { scenario.aria2c.isEmpty })
            scenario.expectNoFile(name)
            try await carryOn(scenario, kept: 8 << 20)
        }
    }

    @Test("repeatedly still end in the right file; each run resumes the last one", arguments: Engine.allCases)
    func repeatedly(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 5)) { scenario in
            for part in 1...3 {
                let running = try await scenario.start("civitai:12345", "-x", "2")
                try await scenario.waitUntilRecorded(Int64(part) * 5 << 20, of: name)
                running.send(SIGKILL)
                _ = await running.end()
                scenario.expectNoFile(name)
            }
            // At once: an aria2c of the run before may still be there.
            try await carryOn(scenario, kept: 15 << 20)
        }
    }

    @Test("at any moment, with either engine: the final file is right")
    func anyMoment() async throws {
        try Engine.aria2.require()
        try await withScenario(.aria2, .paced(24, seconds: 5)) { scenario in
            for (number, delay) in [60, 120, 200, 300, 450, 650, 900, 1300].enumerated() {
                let engine = Engine.allCases[number % 2]
                let running = try await scenario.start("civitai:12345", "--engine", engine.rawValue)
                try await Task.sleep(for: .milliseconds(delay))
                running.send(SIGKILL)
                let outcome = await running.end()
                if outcome.code == 0 { break }
                scenario.expectNoFile(name)
            }
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("of aria2c only are handled by the same run", .requiresAria2c)
    func aria2cAlone() async throws {
        try await withScenario(.aria2, .paced(24, seconds: 5)) { scenario in
            let running = try await scenario.start("civitai:12345", "--json", "-x", "2")
            try await scenario.waitUntilRecorded(8 << 20, of: name)
            let first = try #require(scenario.aria2c.first)
            kill(first, SIGKILL)
            let outcome = await running.end()
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() < size + 12 << 20)
            #expect(await scenario.hub.civitaiDownloads(12345) == 1)
        }
    }

    @Test("of aria2c as often as it starts falls back to the builtin engine", .requiresAria2c)
    func aria2cAlways() async throws {
        try await withScenario(.aria2, .paced(24, seconds: 6)) { scenario in
            let running = try await scenario.start("civitai:12345", "--json")
            let killer = Task {
                while !Task.isCancelled {
                    for pid in scenario.aria2c { kill(pid, SIGKILL) }
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
            let outcome = await running.end()
            killer.cancel()
            await killer.value
            outcome.expectSuccess()
            #expect(try outcome.event("finished")["engine"]?.string == "builtin")
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("and then given to the other engine: it resumes", arguments: Engine.allCases)
    func switching(engine: Engine) async throws {
        try Engine.aria2.require()
        try await withScenario(engine, .paced(24, seconds: 5)) { scenario in
            let running = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(8 << 20, of: name)
            running.send(engine == .aria2 ? SIGKILL : SIGTERM)
            _ = await running.end()
            #expect(await eventually(within: .seconds(3)) { scenario.aria2c.isEmpty })
            await scenario.forgetRequests()
            let outcome = try await scenario.add("civitai:12345", "--json", "--engine", engine.other.rawValue)
            outcome.expectSuccess()
            #expect(try outcome.event("finished")["engine"]?.string == engine.other.rawValue)
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 8 << 20)
            #expect(await scenario.bytesServed() <= 20 << 20)
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("that leave an orphaned aria2c: a new run ends it before it touches the partial", .requiresAria2c, arguments: Engine.allCases)
    func orphan(engine: Engine) async throws {
        try await withScenario(.aria2, .paced(24, seconds: 5)) { scenario in
            let running = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(8 << 20, of: name)
            let daemon = try #require(scenario.aria2c.first)
            // Halted, it does not notice that its parent is gone, until it is resumed.
            kill(daemon, SIGSTOP)
            running.send(SIGKILL)
            _ = await running.end()
            #expect(ProcessTable.isAlive(daemon))
            await scenario.forgetRequests()
            let outcome = try await scenario.add("civitai:12345", "--json", "--engine", engine.rawValue)
            outcome.expectSuccess()
            #expect(!ProcessTable.isAlive(daemon))
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() <= 20 << 20)
        }
    }

    @Test("in a batch: what was whole stays, the rest goes on", arguments: Engine.allCases)
    func batch(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 4)) { scenario in
            let running = try await scenario.start("civitai:12354", "civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(8 << 20, of: name)
            running.send(SIGKILL)
            _ = await running.end()
            try scenario.expectFile("practice-embedding.safetensors", await scenario.hub.civitaiFile(12354))
            let outcome = try await scenario.add("civitai:12354", "civitai:12345", "--json")
            outcome.expectSuccess()
            #expect(try outcome.event("summary")["skipped"]?.int == 1)
            #expect(await scenario.hub.civitaiDownloads(12354) == 1)
        }
    }
}
