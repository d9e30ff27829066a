import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: links")
struct LinkTests {
    private let name = "practice-model.safetensors"

    @Test(
        "run out every 2 s in a transfer of 60 s: renewed, and little is fetched again", arguments: Engine.allCases,
        ["civitai:12345", "hf:practice/one/model.safetensors"])
    func expiry(engine: Engine, reference: String) async throws {
        var configuration = HubConfiguration.paced(32, seconds: 60)
        // Dead for every request that begins later; what is under way goes on.
        configuration.linkLifetime = 2
        try await withScenario(engine, configuration, isIdle: true) { scenario in
            let outcome = try await scenario.add(reference, "--json", "-x", "4", timeout: 150)
            outcome.expectSuccess()
            let isHub = reference.hasPrefix("hf:")
            let name = isHub ? "model.safetensors" : name
            try scenario.expectFile(
                name, isHub ? await scenario.hub.hubFile("practice/one", name) : await scenario.hub.civitaiFile(12345))
            let events = try outcome.events()
            #expect(events.contains { $0.name == "renewed" }, "\(outcome.story)")
            // It is renewed before it runs out: nothing has to be tried again.
            #expect(!events.contains { $0.name == "retrying" || $0.name == "failover" }, "\(outcome.story)")
            let fetched = try #require(events.first { $0.name == "finished" }?["fetched_bytes"]?.int)
            #expect(fetched <= 48 << 20, "\(fetched) \(outcome.story)")
            // A link at most for every second and a half: each counts as a download there.
            if !isHub { #expect(await scenario.hub.civitaiDownloads(12345) <= Int(outcome.seconds / 1.5) + 2) }
        }
    }

    @Test(
        "are all revoked mid-transfer: new ones are asked for", arguments: Engine.allCases,
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

    @Test("are refused when fresh, for ever: an error that says so, and soon", arguments: Engine.allCases)
    func alwaysExpired(engine: Engine) async throws {
        var configuration = HubConfiguration.small
        configuration.linkLifetime = 0
        try await withScenario(engine, configuration) { scenario in
            let outcome = try await scenario.add("civitai:12345", "--json", "--retries", "2")
            #expect([75, 77].contains(outcome.code), "\(outcome.story)")
            #expect(await scenario.hub.civitaiDownloads(12345) <= 6)
        }
    }

    /// By which the services' clock is ahead; links last 3 s in transfers of 6 s.
    @Test("are measured by the server's clock, an hour off", arguments: Engine.allCases, [3600.0, -3600])
    func clock(engine: Engine, offset: Double) async throws {
        var configuration = HubConfiguration.paced(12, seconds: 6)
        configuration.clockOffset = offset
        configuration.linkLifetime = 3
        try await withScenario(engine, configuration, isIdle: true) { scenario in
            let references = ["civitai:12345", "hf:practice/one/model.safetensors"]
            let outcome = try await scenario.run(["add", "--json", "-x", "2"] + references)
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
            // Neither renewed without end, nor only when refused.
            #expect(await scenario.hub.civitaiDownloads(12345) <= Int(outcome.seconds / 2) + 2)
            // A machine that is busy for seconds lets a link expire between its renewal and its use.
            #expect(await scenario.requests("cdn").count { $0.status == 403 } <= max(2, Int(outcome.seconds / 4)))
        }
    }

    static let rows = [
        // Every aria2c up to 1.36 sends Want-Digest; newer ones are told by nothing that we let them say.
        LabRow(
            "refused to aria2c alone", [Fault(.status, match: "cdn/", header: "Want-Digest", status: 403)], exits: 0, .whole),
        LabRow(
            "refused to aria2c alone, by its name", [Fault(.status, match: "cdn/", header: "User-Agent: aria2", status: 403)], exits: 0,
            .whole),
        LabRow("refused with 401 once", [Fault(.status, match: "cdn/file/", times: 1, skip: 2, status: 401)], exits: 0, .whole),
        LabRow("refused with 410 once", [Fault(.status, match: "cdn/file/", times: 1, skip: 2, status: 410)], exits: 0, .whole),
        LabRow(
            "refused with 403 for ever once some is there",
            [Fault(.drop, match: "cdn/file/", times: 4, after: 1_200_000), Fault(.status, match: "cdn/file/", skip: 4, status: 403)],
            exits: 77, .later, tells: ["failed"], arguments: ["-x", "2"]),
    ]

    @Test("with a fault: each row has its outcome and exit code", arguments: rows, Engine.allCases)
    func row(row: LabRow, engine: Engine) async throws { try await row.run(engine) }

    @Test("are refused to aria2c alone: the builtin engine takes that file over, and says so", .requiresAria2c)
    func failover() async throws {
        try await withScenario(.aria2) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn/", header: "Want-Digest", status: 403))
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            // aria2c alone asks so: without it nothing was refused.
            #expect(await scenario.requests("cdn").contains { $0.header("Want-Digest") != nil })
            #expect(try outcome.event("failover")["from"]?.string == "aria2")
            #expect(try outcome.event("finished")["engine"]?.string == "builtin")
        }
    }
}
