import Foundation
import PracticeHub
import Testing

@Suite("fetchctl outdated and update")
struct OutdatedTests {
    private static let older = "practice-model-v09.safetensors"

    @Test("lists CivitAI's newer version, the branch's newer commit, and the cache's, and asks each source once")
    func listed() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "models").expectSuccess()
            try await scenario.add("hf:practice/sharded/config.json", "-d", "models").expectSuccess()
            try await scenario.add("practice/tiny", "--layout", "hf-cache").expectSuccess()
            #expect(scenario.box.record(Self.older, in: "models")?["base_model"]?.string == "SD 1.5")
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"newer\": 1}", repository: "practice/sharded"))
            await scenario.hub.addFile(NewFile(.hub, name: "README.md", size: 0, text: "# newer", repository: "practice/tiny"))
            await scenario.hub.resetRequests()
            let outcome = try await scenario.run(["outdated", "models", scenario.box.home + "/.cache/huggingface/hub", "--json"])
            outcome.expectSuccess()
            let found = try outcome.events()
            #expect(
                found.map { $0["name"]?.string } == ["practice/sharded/config.json", "Practice Model", "practice/tiny"], "\(outcome.stdout)"
            )
            #expect(found[1]["ref"]?.string == "civitai:6789@12345" && found[1]["size"]?.int == 6 << 20)
            #expect(await scenario.requests("civitai").count == 1)
            #expect(await scenario.requests("hub").count == 2)
            let text = try await scenario.run(["outdated", "models"])
            #expect(text.stdout.contains("civitai:6789@12345"))
        }
    }

    @Test("compares what came from a branch with that branch, in folders and in the cache")
    func branches() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/sharded@dev/config.json", "-d", "models").expectSuccess()
            try await scenario.add("hf:practice/tiny@dev", "--layout", "hf-cache").expectSuccess()
            let places = ["models", scenario.box.home + "/.cache/huggingface/hub"]
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"newer\": 1}", repository: "practice/sharded"))
            await scenario.hub.addFile(NewFile(.hub, name: "README.md", size: 0, text: "# newer", repository: "practice/tiny"))
            await scenario.hub.resetRequests()
            // Only main has moved.
            let outcome = try await scenario.run(["outdated"] + places + ["--json"])
            #expect(outcome.code == 0 && outcome.stdout.isEmpty, "\(outcome.story)")
            #expect(await scenario.requests("hub", "dev").count == 2)
        }
    }

    @Test("gets what is newer beside, and with --replace instead", arguments: [false, true])
    func updated(replaces: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "models").expectSuccess()
            let arguments = ["update", "models"] + (replaces ? ["--replace"] : [])
            let dry = try await scenario.run(arguments + ["--dry-run"])
            #expect(dry.code == 0 && scenario.box.files == ["models/" + Self.older], "\(dry.story)")
            try await scenario.run(arguments).expectSuccess()
            try scenario.expectFile("models/practice-model.safetensors", await scenario.hub.civitaiFile(12345))
            #expect(scenario.box.exists("models/" + Self.older) == !replaces)
            #expect(try await scenario.run(["outdated", "models", "--json"]).stdout.isEmpty == replaces)
        }
    }

    @Test("of the same name needs --replace; a list's file is left to its list")
    func sameName() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/sharded/config.json", "-d", "models").expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"newer\": 1}", repository: "practice/sharded"))
            try await scenario.run(["update", "models"]).expectFailure(73)
            try await scenario.run(["update", "models", "--replace"]).expectSuccess()
            #expect(scenario.box.data("models/config.json") == Data("{\"newer\": 1}".utf8))
            try scenario.box.write("[[model]]\nref = \"civitai:12344\"\n", to: "models.toml")
            try await scenario.run(["sync"]).expectSuccess()
            let outcome = try await scenario.run(["update", "."])
            #expect(outcome.code == 0 && outcome.stderr.contains("sync --update"), "\(outcome.story)")
        }
    }
}
