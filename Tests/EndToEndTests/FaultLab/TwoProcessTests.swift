import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: two processes on one target")
struct TwoProcessTests {
    private let name = "practice-model.safetensors"

    @Test("fetch it once: one works, the other waits, says so, and finds it complete", arguments: Engine.allCases)
    func two(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 2.5)) { scenario in
            let first = try await scenario.start("civitai:12345", "--json")
            let second = try await scenario.start("civitai:12345", "--json")
            let outcomes = [await first.end(), await second.end()]
            for outcome in outcomes { outcome.expectSuccess() }
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() < 16 << 20)
            let asked = await scenario.requests("civitai").map { "\($0)" }.joined(separator: "\n")
            #expect(await scenario.hub.civitaiDownloads(12345) == 1, "\(asked)\n\(outcomes.map(\.story).joined(separator: "\n"))")
            let names = try outcomes.map { try $0.events().map(\.name) }
            #expect(names.count { $0.contains("finished") } == 1)
            #expect(names.count { $0.contains("skipped") } == 1)
            #expect(names.count { $0.contains("waiting") } == 1)
        }
    }

    @Test("by different engines fetch it once too", .requiresAria2c)
    func differentEngines() async throws {
        try await withScenario(.aria2, .paced(12, seconds: 2.5)) { scenario in
            let first = try await scenario.start("civitai:12345", "--engine", "aria2")
            let second = try await scenario.start("civitai:12345", "--engine", "builtin")
            let third = try await scenario.start("civitai:12345", "--engine", "auto", "-d", ".")
            for running in [first, second, third] { await running.end().expectSuccess() }
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() < 16 << 20)
        }
    }

    @Test("wait no longer than --wait says: 75", arguments: Engine.allCases)
    func wait(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 5)) { scenario in
            let first = try await scenario.start("civitai:12345")
            try await scenario.waitUntilServed(1 << 20)
            let second = try await scenario.add("civitai:12345", "--wait", "1", "--json")
            second.expectFailure(75, kind: "locked")
            #expect(second.seconds >= 1 && second.seconds < 4)
            await first.end().expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("take over from one that was killed", arguments: Engine.allCases)
    func importPartial(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 8)) { scenario in
            let first = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(4 << 20, of: name)
            let second = try await scenario.start("civitai:12345", "--json")
            try await second.expectEvent("waiting") { $0["reason"]?.string == "locked" }
            first.send(SIGKILL)
            _ = await first.end()
            let outcome = await second.end()
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 4 << 20)
        }
    }

    /// Names a process on another machine as the one that works on the partial.
    private func hold(_ part: String, at time: Double, in box: Sandbox) throws {
        let data = try #require(box.data(part + ".json"))
        var record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        record["holder"] = ["host": "another-machine", "pid": 4242, "time": time]
        try box.write(try JSONSerialization.data(withJSONObject: record), to: part + ".json")
    }

    /// Where file systems lie about locks, the record is what tells. Silent for so many seconds already.
    @Test(
        "on two machines: the other one is waited for and named, and taken over when it has been silent for a minute",
        arguments: Engine.allCases, [61.0, 55])
    func otherMachine(engine: Engine, silence: Double) async throws {
        try await withScenario(engine, isIdle: true) { scenario in
            await scenario.hub.addFault(Fault(.drop, match: "cdn/file/", after: 1_500_000))
            await scenario.hub.addFault(Fault(.status, match: "cdn/file/", skip: 4))
            try await scenario.add("civitai:12345", "--retries", "0", "-x", "2").expectFailure(75)
            await scenario.hub.clearFaults()
            let part = name + Sandbox.partialEnding
            try hold(part, at: Date().timeIntervalSince1970, in: scenario.box)
            let waiting = try await scenario.add("civitai:12345", "--wait", "1", "--json")
            waiting.expectFailure(75, kind: "locked")
            #expect(waiting.stdout.contains("another-machine"))
            try hold(part, at: Date().timeIntervalSince1970 - silence, in: scenario.box)
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(try outcome.events().contains { $0.tells("waiting locked") } == (silence < 60), "\(outcome.story)")
            #expect(outcome.seconds < 61 - silence + 15, "\(outcome.seconds) s")
            #expect(outcome.seconds > 59 - silence, "\(outcome.seconds) s")
        }
    }
}
