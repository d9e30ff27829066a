import Foundation
import PracticeHub
import Testing

@Suite("The events of --json")
struct EventTests {
    @Test("tell a download in order, with every field and nothing else on standard output", arguments: Engine.allCases)
    func order(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 1.5)) { scenario in
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            let events = try outcome.events()
            EventShape.expectGoodForm(events)
            let story = events.map(\.name).filter { !["warning", "retrying", "waiting", "renewed"].contains($0) }
            var told: [String] = []
            for name in story where told.last != name { told.append(name) }
            #expect(told == ["resolved", "planned", "started", "progress", "verifying", "verified", "finished", "summary"])

            let file = try #require(await scenario.hub.civitaiFile(12345))
            let resolved = try outcome.event("resolved")
            #expect(resolved["source"]?.string == "civitai")
            #expect(resolved["name"]?.string == "practice-model.safetensors")
            #expect(resolved["size"]?.int == file.size)
            #expect(resolved["sha256"]?.string == file.sha256)
            let metadata = try #require(resolved["metadata"])
            #expect(metadata["model"]?.string == "Practice Model")
            #expect(metadata["version"]?.string == "v1.0")
            #expect(metadata["type"]?.string?.lowercased() == "checkpoint")
            #expect(metadata["base_model"]?.string == "SD 1.5")
            #expect(metadata["trained_words"] == .array([.string("practice style"), .string("a, b and c")]))
            #expect(metadata["pinned"]?.string?.contains("12345") == true)
            let planned = try outcome.event("planned")
            #expect(planned["files"]?.int == 1)
            #expect(planned["size"]?.int == file.size)
            #expect(planned["to_fetch_bytes"]?.int == file.size)
            #expect(try outcome.event("started")["engine"]?.string == engine.rawValue)
            let finished = try outcome.event("finished")
            #expect(finished["sha256"]?.string == file.sha256)
            #expect(finished["verified"]?.string == "sha256")
            #expect(finished["engine"]?.string == engine.rawValue)
            // On a busy machine the end of a slow range may be asked for a second time.
            let fetched = try #require(finished["fetched_bytes"]?.int)
            #expect(fetched >= file.size && fetched < 2 * file.size)
            #expect(try outcome.event("verified")["digest"]?.string == file.sha256)
            let summary = try outcome.event("summary")
            #expect(summary["code"]?.int == 0)
            #expect(summary["finished"]?.int == 1)
            #expect(summary["fetched_bytes"]?.int == fetched)
        }
    }

    @Test("tell progress that only grows, at most four times a second", arguments: Engine.allCases)
    func progress(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2)) { scenario in
            let outcome = try await scenario.add("civitai:12345", "--json")
            let progress = try outcome.events().filter { $0.name == "progress" }
            #expect(progress.count >= 3)
            #expect(Double(progress.count) <= outcome.seconds * 4 + 1)
            let received = progress.compactMap { $0["received_bytes"]?.int }
            #expect(received == received.sorted())
            #expect(received.last == 8 << 20)
            #expect(progress.allSatisfy { $0["size"]?.int == 8 << 20 })
            #expect(progress.contains { $0["bytes_per_second"]?.number ?? 0 > 0 && $0["connections"]?.int ?? 0 > 0 })
        }
    }

    @Test("have the same id in every run for the same reference and target, and another for another")
    func ids() async throws {
        try await withScenario(.builtin) { scenario in
            func ids(_ arguments: String...) async throws -> Set<String> {
                let events = try await scenario.run(["add", "--json"] + arguments).events()
                return Set(
                    events.filter { $0.name == "resolved" || $0.name == "finished" || $0.name == "skipped" }.compactMap { $0["id"]?.string }
                )
            }
            let first = try await ids("civitai:12354")
            #expect(first.count == 1)
            #expect(try await ids("civitai:12354") == first)
            #expect(try await ids("civitai:12354", "--force") == first)
            #expect(try await ids("civitai:12354", "-d", "else").isDisjoint(with: first))
            let repo = try await ids("practice/tiny")
            #expect(repo.count == 5)
            #expect(try await ids("practice/tiny") == repo)
        }
    }

    @Test(
        "carry what a reference pins: the bytes that it gets again are the same",
        arguments: ["civitai:12345", "hf:practice/tiny/model.safetensors", "DIRECT"])
    func pinned(reference: String) async throws {
        try await withScenario(.builtin) { scenario in
            let reference = reference == "DIRECT" ? scenario.at.cdn + "/plain/practice.bin" : reference
            let first = try await scenario.add(reference, "--json")
            let pinned = try #require(try first.event("resolved")["metadata"]?["pinned"]?.string)
            let second = try await scenario.add(pinned, "-d", "again", "--json")
            second.expectSuccess()
            #expect(try second.event("finished")["sha256"] == (try first.event("finished")["sha256"]))
        }
    }

    @Test(
        "end in a summary for a command line or a configuration that is wrong too",
        arguments: [
            (["add", "civitai:", "--json"], [:], 64), (["add", "--json"], [:], 64), (["add", "--json", "--no-such-option"], [:], 64),
            (["add", "civitai:12354", "--json", "-x", "99"], [:], 64),
            (["add", "civitai:12354", "--layout", "sideways", "--json"], [:], 64),
            (["add", "civitai:12354", "--json"], ["FETCHCTL_JOBS": "none"], 78),
        ] as [([String], [String: String], Int32)])
    func wrong(row: (arguments: [String], environment: [String: String], code: Int32)) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(row.arguments, environment: row.environment)
            outcome.expectFailure(row.code, kind: row.code == 78 ? "config" : "usage")
            let events = try outcome.events()
            EventShape.expectGoodForm(events)
            #expect(events.last?["code"]?.int == Int64(row.code))
            #expect(events.last?["failed"]?.int == 1)
        }
    }

    @Test("have their form in every kind of run", arguments: Engine.allCases)
    func everyKind(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn/", times: 1))
            await scenario.hub.addFault(Fault(.status, match: "civitai/api/v1", times: 1, status: 429, headers: ["Retry-After": "1"]))
            await scenario.hub.addFault(Fault(.wrongBytes, match: "cdn/file/", times: 1, offset: 1 << 20))
            let references = [
                "civitai:12345", "civitai:99999999", "civitai:12346", "practice/tiny", "hf:practice/gated/model.safetensors",
                "hf:datasets/practice/data",
                scenario.at.cdn + "/plain/practice.gguf", scenario.at.cdn + "/plain/nothing", "gdrive:1AbCdEfGhIjKlMnOpQrStUvWxYz012345",
            ]
            let outcome = try await scenario.run(["add", "--json", "-d", "all"] + references)
            EventShape.expectGoodForm(try outcome.events())
            #expect(outcome.code == 66)
            let summary = try outcome.event("summary")
            #expect(summary["failed"]?.int == 5)
            let again = try await scenario.run(["add", "--json", "-d", "all", "--optional"] + references)
            EventShape.expectGoodForm(try again.events())
            #expect(again.code == 0)
        }
    }
}
