import Foundation
import PracticeHub
import Testing

@Suite("A source that changes meanwhile")
struct ChangingSourceTests {
    private let name = "practice-model.safetensors"

    @Test("whose links run out mid-transfer gives new ones, and nothing is fetched again", arguments: Engine.allCases)
    func expiry(engine: Engine) async throws {
        var configuration = HubConfiguration.paced(16, seconds: 4)
        // Dead for every request that begins later: ranges of a transfer that lasts longer meet it.
        configuration.linkLifetime = 2.5
        try await withScenario(engine, configuration) { scenario in
            let outcome = try await scenario.add("hf:practice/one/model.safetensors", "--json", "-x", "4")
            outcome.expectSuccess()
            try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
            // What each connection had of a piece may have to come again, once or twice.
            let fetched = try #require(try outcome.event("finished")["fetched_bytes"]?.int)
            #expect(fetched <= 26 << 20)
        }
    }

    @Test(
        "whose links are all revoked mid-transfer gives new ones", arguments: Engine.allCases,
        ["civitai:12345", "hf:practice/one/model.safetensors"])
    func revoked(engine: Engine, reference: String) async throws {
        try await withScenario(engine, .paced(16, seconds: 3)) { scenario in
            let running = try await scenario.start(reference, "--json", "-x", "4")
            try await scenario.waitUntilServed(4 << 20)
            await scenario.hub.addFault(Fault(.expireNow))
            // The connections that there are go on to the end of what was asked for: cut them.
            await scenario.hub.addFault(Fault(.drop, match: "cdn/", times: 2, after: 1000))
            let outcome = await running.end()
            outcome.expectSuccess()
            let isHub = reference.hasPrefix("hf:")
            let name = isHub ? "model.safetensors" : name
            let content = isHub ? await scenario.hub.hubFile("practice/one", name) : await scenario.hub.civitaiFile(12345)
            try scenario.expectFile(name, content)
        }
    }

    @Test("whose fresh links are refused for ever ends, and soon", arguments: Engine.allCases)
    func alwaysExpired(engine: Engine) async throws {
        var configuration = HubConfiguration.small
        configuration.linkLifetime = 0
        try await withScenario(engine, configuration) { scenario in
            let outcome = try await scenario.add("civitai:12345", "--json", "--retries", "2")
            #expect([75, 77].contains(outcome.code), "\(outcome.story)")
            #expect(await scenario.hub.civitaiDownloads(12345) <= 6)
        }
    }

    @Test("whose file is replaced mid-transfer never gives a mixture", arguments: Engine.allCases)
    func replaced(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 3)) { scenario in
            let (url, old) = await scenario.hub.addFile(NewFile(.plain, name: "changing.bin", size: 12 << 20))
            let running = try await scenario.start(url, "--json", "-x", "2")
            try await scenario.waitUntilServed(3 << 20)
            await scenario.hub.addFault(Fault(.replaced, match: "changing.bin"))
            await scenario.hub.addFault(Fault(.drop, match: "changing.bin", times: 2, after: 1000))
            let outcome = await running.end()
            outcome.expectSuccess()
            let data = try #require(scenario.box.data("changing.bin"))
            // Nobody publishes a hash here: whichever it is, it is one of them from end to end.
            #expect(old.isSame(as: data) || old.replaced.isSame(as: data))
        }
    }

    @Test("whose file was replaced between two runs is fetched anew, not mixed", arguments: Engine.allCases)
    func replacedBetween(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 3)) { scenario in
            let (url, old) = await scenario.hub.addFile(NewFile(.plain, name: "changing.bin", size: 12 << 20))
            let running = try await scenario.start(url, "-x", "2")
            try await scenario.waitUntilRecorded(3 << 20, of: "changing.bin")
            running.send(SIGTERM)
            _ = await running.end()
            await scenario.hub.addFault(Fault(.replaced, match: "changing.bin"))
            try await scenario.add(url).expectSuccess()
            try scenario.expectFile("changing.bin", old.replaced)
        }
    }
}
