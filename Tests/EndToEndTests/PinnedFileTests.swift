import Foundation
import PracticeHub
import Testing

@Suite("A file that is pinned to a commit")
struct PinnedFileTests {
    @Test("is counted by outdated, and never replaced by update", arguments: [[], ["--replace"]])
    func pinned(extra: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let details = try await scenario.run(["info", "practice/sharded", "--json"]).events().first?["details"]
            let commit = try #require(details?["commit"]?.string)
            try await scenario.add("hf:practice/sharded@\(commit)/config.json", "-d", "models").expectSuccess()
            let before = scenario.box.data("models/config.json")
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"newer\": 1}", repository: "practice/sharded"))
            await scenario.forgetRequests()
            let outdated = try await scenario.run(["outdated", "models", "--json"])
            outdated.expectSuccess()
            #expect(try outdated.events().map(\.name) == ["summary"] && outdated.event("summary")["skipped"]?.int == 1)
            #expect(outdated.stderr.contains("pinned to a commit"), "\(outdated.stderr)")
            let update = try await scenario.run(["update", "models"] + extra)
            #expect(update.code == 0 && update.stderr.contains("pinned to a commit"), "\(update.story)")
            #expect(scenario.box.data("models/config.json") == before)
            // Nothing has to be asked for that.
            #expect(await scenario.requests("hub").isEmpty)
        }
    }

    @Test("is not what the reference of outdated makes of a file")
    func reference() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/sharded/config.json", "-d", "models").expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"newer\": 1}", repository: "practice/sharded"))
            let ref = try #require(try await scenario.run(["outdated", "models", "--json"]).event("outdated")["ref"]?.string)
            #expect(ref == "hf:practice/sharded@main/config.json")
            try await scenario.add(ref, "-d", "models").expectSuccess()
            #expect(scenario.box.record("config.json", in: "models")?["branch"]?.string == "main")
        }
    }

    @Test("by a list is left to that list, which is said in place of that nothing is outdated")
    func ofList() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("[[model]]\nref = \"hf:practice/sharded/config.json\"\n", to: "models.toml")
            try await scenario.run(["sync"]).expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"newer\": 1}", repository: "practice/sharded"))
            let outcome = try await scenario.run(["update", ".", "--replace"])
            #expect(outcome.code == 0 && outcome.stderr.contains("1 file belongs to"), "\(outcome.story)")
            #expect(outcome.stderr.contains("sync --update") && !outcome.stderr.contains("nothing is outdated"), "\(outcome.story)")
        }
    }
}
