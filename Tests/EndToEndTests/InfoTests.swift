import Foundation
import PracticeHub
import Testing

@Suite("fetchctl info")
struct InfoTests {
    @Test("shows a repo: commit, files, sizes, gating, licence, library, tags")
    func repo() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["info", "practice/tiny"])
            outcome.expectSuccess()
            for word in [
                "practice/tiny@", "commit", "mit", "practice", "text-generation", "model.safetensors", "8.0 MiB", "sub/dir/file.txt",
            ] {
                #expect(outcome.stdout.contains(word), "\(outcome.stdout)")
            }
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            #expect(outcome.stdout.contains(content.sha256))
            #expect(await scenario.requests("hub").count == 1)
            #expect(await scenario.requests("cdn").isEmpty)
            #expect(scenario.box.allFiles.isEmpty)
        }
    }

    @Test("is one JSON object a file, with the fields of a resolved event")
    func json() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run([
                "info", "practice/tiny", "civitai:12347", scenario.at.cdn + "/plain/practice.gguf", "--json",
            ])
            outcome.expectSuccess()
            let all = try outcome.events()
            #expect(all.last?.name == "summary" && all.last?["finished"]?.int == 9 && all.last?["code"]?.int == 0)
            let events = Array(all.dropLast())
            #expect(
                events.map { $0["source"]?.string } == Array(repeating: "hf", count: 5) + Array(repeating: "civitai", count: 3) + ["url"])
            for event in events {
                #expect(event.name == "resolved")
                #expect(event["path"]?.isNull == true)
                for (field, kind) in EventShape.fields["resolved"]! { #expect(event[field].map(kind.fits) == true, "\(field): \(event)") }
                for (field, kind) in EventShape.metadata { #expect(event["metadata"]?[field].map(kind.fits) == true, "\(field): \(event)") }
            }
            #expect(events[0]["details"]?["commit"]?.string?.count == 40)
            #expect(events[5]["details"]?["licence"]?["commercial_use"]?.isArray == true)
            #expect(events[5]["file_details"]?["hashes"]?["AutoV2"]?.string != nil)
            #expect(events[5]["file_details"]?["pickle_scan"]?.string == "Success")
            #expect(events[8]["file_details"]?["ranges"]?.isBool == true)
        }
    }

    @Test("of a CivitAI version counts no download, and shows words, scans and every file")
    func civitai() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["info", "civitai:12345", "civitai:12352"])
            outcome.expectSuccess()
            for word in [
                "practice style", "SD 1.5", "Danger", "practice-danger.ckpt", "/practice-images/width=450/12345.jpeg",
                "commercial use Image",
            ] {
                #expect(outcome.stdout.contains(word), "\(outcome.stdout)")
            }
            #expect(await scenario.hub.civitaiDownloads(12345) == 0)
            #expect(await scenario.requests("civitai", "/api/download").isEmpty)
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test("shows a gated repo as gated, since its description is open to all")
    func gated() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["info", "practice/gated"])
            outcome.expectSuccess()
            #expect(outcome.stdout.contains("manual"))
            #expect(await scenario.requests("hub", "/resolve/").isEmpty)
        }
    }

    @Test("goes on after a reference that fails, whose code it answers with")
    func failing() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["info", "practice/nothing", "practice/tiny", "--json"])
            #expect(outcome.code == 66)
            let events = try outcome.events()
            #expect(events.map(\.name) == ["failed"] + Array(repeating: "resolved", count: 5) + ["summary"])
            #expect(events.last?["code"]?.int == 66 && events.last?["failed"]?.int == 1)
            #expect(events[0]["kind"]?.string == "not_found")
            try await scenario.run(["info"]).expectFailure(64)
        }
    }

    @Test("needs no file to be left out where patterns or a revision name some")
    func selected() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["info", "practice/tiny", "--include", "*.json", "--revision", "v1", "--json"])
            outcome.expectSuccess()
            #expect(try outcome.events().compactMap { $0["name"]?.string } == ["config.json", "tokenizer.json"])
        }
    }
}
