import Foundation
import PracticeHub
import Testing

@Suite("Two processes on one target")
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
            #expect(await scenario.hub.civitaiDownloads(12345) == 1)
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
    func takeOver(engine: Engine) async throws {
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
}
