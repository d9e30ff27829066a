import Foundation
import PracticeHub
import Testing

@Suite("A second run")
struct AgainTests {
    @Test(
        "skips what is complete: no byte asked for, no download counted, the same paths",
        arguments: Engine.allCases, ["civitai:12345", "hf:practice/one/model.safetensors", "practice/tiny", "DIRECT"])
    func skips(engine: Engine, reference: String) async throws {
        try await withScenario(engine) { scenario in
            let reference = reference == "DIRECT" ? scenario.at.cdn + "/plain/practice.bin" : reference
            let first = try await scenario.add(reference)
            first.expectSuccess()
            let counted = await scenario.hub.civitaiDownloads(12345)
            let states = try scenario.box.files.map { try scenario.box.status($0) }
            await scenario.forgetRequests()

            let second = try await scenario.add(reference)
            second.expectSuccess()
            #expect(second.stdout == first.stdout)
            #expect(second.stderr.contains("already there"))
            // A direct link has no other way to be asked what it is than by one byte.
            #expect(await scenario.bytesServed() <= (reference.hasPrefix("http") ? 1 : 0))
            if !reference.hasPrefix("http") { #expect(await scenario.requests("cdn").isEmpty) }
            #expect(await scenario.hub.civitaiDownloads(12345) == counted)
            let after = try scenario.box.files.map { try scenario.box.status($0) }
            #expect(after.map(\.st_ino) == states.map(\.st_ino))
            #expect(after.map(\.st_mtim.tv_nsec) == states.map(\.st_mtim.tv_nsec))
            #expect(scenario.aria2c.isEmpty)
        }
    }

    @Test("finds a record that keeps the server's time beside the file's own", arguments: Engine.allCases)
    func serverTime(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add(scenario.at.cdn + "/plain/practice.bin").expectSuccess()
            let text = String(decoding: try #require(scenario.box.data(".fetchctl/practice.bin.json")), as: UTF8.self)
            // The time that the practice hub gives all of its files.
            #expect(try JSONValue(parsing: text)["last_modified"]?.string == "Thu, 01 Jan 2026 00:00:00 GMT")
            #expect(try Date().timeIntervalSince1970 - Double(scenario.box.status("practice.bin").st_mtim.tv_sec) < 600)
        }
    }

    @Test("counts one CivitAI download a job, however many tries it takes", arguments: Engine.allCases)
    func countsOnce(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.drop, match: "cdn/file/", times: 3, after: 300_000))
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile("practice-model.safetensors", await scenario.hub.civitaiFile(12345))
            #expect(await scenario.hub.civitaiDownloads(12345) == 1)
        }
    }

    @Test("without a record hashes what is there once, and then knows it", arguments: Engine.allCases)
    func noRecord(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let file = try #require(await scenario.hub.civitaiFile(12345))
            try scenario.box.write(file.data, to: "practice-model.safetensors")
            let first = try await scenario.add("civitai:12345", "--json")
            first.expectSuccess()
            #expect(try first.events().map(\.name).filter { $0 == "verifying" || $0 == "skipped" } == ["verifying", "skipped"])
            #expect(try first.event("skipped")["reason"]?.string == "complete")
            #expect(scenario.box.record("practice-model.safetensors") != nil)
            let second = try await scenario.add("civitai:12345", "--json")
            second.expectSuccess()
            #expect(try !second.events().contains { $0.name == "verifying" })
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test("fetches what was damaged since, says so and replaces it", arguments: Engine.allCases)
    func damaged(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let name = "practice-model.safetensors"
            try await scenario.add("civitai:12345").expectSuccess()
            let file = try #require(await scenario.hub.civitaiFile(12345))
            var bytes = file.data
            bytes[1 << 20] ^= 1
            try scenario.box.write(bytes, to: name)
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, file)
            // Shorter is wrong at once.
            try scenario.box.write(bytes.prefix(1000), to: name)
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, file)
        }
    }

    @Test("reads a touched file once rather than fetch it", arguments: Engine.allCases)
    func touched(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let name = "practice-model.safetensors"
            try await scenario.add("civitai:12345").expectSuccess()
            utimes(scenario.box.path(name), nil)
            await scenario.forgetRequests()
            let second = try await scenario.add("civitai:12345", "--json")
            second.expectSuccess()
            #expect(try second.events().contains { $0.name == "verifying" })
            #expect(await scenario.requests("cdn").isEmpty)
            let third = try await scenario.add("civitai:12345", "--json")
            #expect(try !third.events().contains { $0.name == "verifying" })
        }
    }

    @Test("with --force fetches again and replaces", arguments: Engine.allCases)
    func force(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let name = "practice-model.safetensors"
            try await scenario.add("civitai:12345").expectSuccess()
            let inode = try scenario.box.status(name).st_ino
            await scenario.forgetRequests()
            try await scenario.add("civitai:12345", "--force").expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() >= 6 << 20)
            #expect(try scenario.box.status(name).st_ino != inode)
        }
    }

    @Test("replaces an older file of the same link when the source has another now, only when whole", arguments: Engine.allCases)
    func newer(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let url = scenario.at.cdn + "/plain/practice.bin"
            try await scenario.add(url).expectSuccess()
            let old = try #require(await scenario.hub.plainFile("practice.bin"))
            await scenario.hub.addFault(Fault(.replaced, match: "practice.bin"))
            // Some of it comes, and then no more: the older one stays.
            await scenario.hub.addFault(Fault(.drop, match: "practice.bin", after: 100_000))
            await scenario.hub.addFault(Fault(.status, match: "practice.bin", skip: 5))
            try await scenario.add(url, "--retries", "1", "-x2").expectFailure(75)
            #expect(old.isSame(as: scenario.box.data("practice.bin")))
            await scenario.hub.clearFaults()
            await scenario.hub.addFault(Fault(.replaced, match: "practice.bin"))
            try await scenario.add(url).expectSuccess()
            try scenario.expectFile("practice.bin", old.replaced)
        }
    }

    @Test("a dry run resolves, chooses and names, but moves and makes nothing", arguments: Engine.allCases)
    func dryRun(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("civitai:12345", "practice/tiny", "-d", "new", "--dry-run", "--json")
            outcome.expectSuccess()
            let events = try outcome.events()
            #expect(events.count { $0.name == "resolved" } == 6)
            #expect(events.first { $0.name == "resolved" }?["path"]?.string == scenario.box.path("new/practice-model.safetensors"))
            let planned = try outcome.event("planned")
            #expect(planned["files"]?.int == 6)
            #expect(planned["to_fetch_bytes"] == planned["size"])
            #expect(!events.contains { $0.name == "started" })
            #expect(scenario.box.allFiles.isEmpty)
            #expect(!scenario.box.exists("new"))
            #expect(await scenario.requests("cdn").isEmpty)
            #expect(await scenario.hub.civitaiDownloads(12345) == 0)
            #expect(await scenario.requests("civitai", "/api/download/").allSatisfy { $0.method == "HEAD" })
        }
    }
}
