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
            let found = try outcome.events().filter { $0.name == "outdated" }
            #expect(try outcome.event("summary")["finished"]?.int == 3)
            #expect(
                found.map { $0["name"]?.string } == ["practice/sharded/config.json", "Practice Model", "practice/tiny"], "\(outcome.stdout)"
            )
            #expect(found[1]["ref"]?.string == "civitai:6789@12345" && found[1]["size"]?.int == 6 << 20)
            #expect(await scenario.requests("civitai").count == 1)
            #expect(await scenario.requests("hub").count == 2)
            let text = try await scenario.run(["outdated", "models"])
            for words in ["civitai:6789@12345", scenario.box.path("models/" + Self.older)] { #expect(text.stdout.contains(words)) }
        }
    }

    @Test("asks about a model once, however many of its versions are here, and waits where the service says so")
    func once() async throws {
        try await withScenario(.builtin) { scenario in
            for folder in ["a", "b"] { try await scenario.add("civitai:12344", "-d", folder).expectSuccess() }
            try await scenario.add("civitai:12345", "-d", "a").expectSuccess()
            await scenario.hub.resetRequests()
            await scenario.hub.addFault(
                Fault(.status, match: "api/v1/models/6789", times: 1, status: 429, headers: ["Retry-After": "1"]))
            let outcome = try await scenario.run(["outdated", ".", "--json"])
            outcome.expectSuccess()
            #expect(try outcome.events().compactMap { $0["path"]?.string } == ["a", "b"].map { scenario.box.path("\($0)/\(Self.older)") })
            #expect(await scenario.requests("civitai", "models/6789").map(\.status) == [429, 200])
        }
    }

    @Test("goes on where one service does not answer, and ends with that code")
    func unanswered() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "models").expectSuccess()
            try await scenario.add("hf:practice/sharded/config.json", "-d", "models").expectSuccess()
            let gone = ["HF_ENDPOINT": "http://127.0.0.1:1", "FETCHCTL_MAX_RETRIES": "0"]
            let outcome = try await scenario.run(["outdated", "models", "--json"], environment: gone)
            #expect(outcome.code == 69, "\(outcome.story)")
            #expect(try outcome.events().filter { $0.name == "outdated" }.map { $0["name"]?.string } == ["Practice Model"])
            let update = try await scenario.run(["update", "models"], environment: gone)
            #expect(update.code == 69, "\(update.story)")
            try scenario.expectFile("models/practice-model.safetensors", await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("asks nothing twice when the cache is updated, and leaves no record of what was replaced in a UI's folder")
    func economical() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-cache").expectSuccess()
            try await scenario.add("civitai:12344", "--layout", "comfyui", "-d", "UI").expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "README.md", size: 0, text: "# newer", repository: "practice/tiny"))
            await scenario.hub.resetRequests()
            try await scenario.run(["update", "UI", scenario.box.home + "/.cache/huggingface/hub", "--replace"]).expectSuccess()
            let asked = await scenario.hub.requests().filter { $0.method == "GET" && $0.path.contains("/api/") }.map(\.path)
            #expect(Set(asked).count == asked.count, "\(asked)")
            try scenario.expectFile("UI/models/checkpoints/practice-model.safetensors", await scenario.hub.civitaiFile(12345))
            #expect(!scenario.box.allFiles.contains { $0.contains("v09") }, "\(scenario.box.allFiles)")
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
            #expect(try outcome.code == 0 && outcome.events().map(\.name) == ["summary"], "\(outcome.story)")
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
            #expect(try await scenario.run(["outdated", "models"]).stdout.isEmpty == replaces)
        }
    }

    @Test("keeps the form of a folder of --layout hf-local, with one record a file")
    func localFolder() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "models").expectSuccess()
            let newer = "two folders down, and newer\n"
            await scenario.hub.addFile(NewFile(.hub, name: "sub/dir/file.txt", size: 0, text: newer, repository: "practice/tiny"))
            try await scenario.run(["update", "models", "--replace"]).expectSuccess()
            #expect(scenario.box.data("models/sub/dir/file.txt") == Data(newer.utf8))
            #expect(!scenario.box.exists("models/.fetchctl") && !scenario.box.exists("models/sub/dir/.fetchctl"))
            let outdated = try await scenario.run(["outdated", "models"])
            #expect(outdated.code == 0 && outdated.stdout.isEmpty, "\(outdated.story)")
        }
    }

    @Test("replaces files in subfolders of a repo, with their records where they were")
    func subfolders() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "-d", "models").expectSuccess()
            let records = scenario.box.allFiles.filter { $0.contains("/.fetchctl/") }
            #expect(records.contains("models/.fetchctl/sub/dir/file.txt.json"))
            let newer = "two folders down, and newer\n"
            for (name, text) in [("sub/dir/file.txt", newer), ("README.md", "# newer")] {
                await scenario.hub.addFile(NewFile(.hub, name: name, size: 0, text: text, repository: "practice/tiny"))
            }
            let refused = try await scenario.run(["update", "models"])
            #expect(refused.code == 73 && refused.stderr.contains("--replace"), "\(refused.story)")
            let update = try await scenario.run(["update", "models", "--replace"])
            update.expectSuccess()
            #expect(update.stdout.contains(scenario.box.path("models/sub/dir/file.txt")))
            #expect(scenario.box.data("models/sub/dir/file.txt") == Data(newer.utf8))
            #expect(scenario.box.data("models/README.md") == Data("# newer".utf8))
            #expect(scenario.box.allFiles.filter { $0.contains("/.fetchctl/") } == records)
            let outdated = try await scenario.run(["outdated", "models"])
            #expect(outdated.code == 0 && outdated.stdout.isEmpty, "\(outdated.story)")
            await scenario.forgetRequests()
            try await scenario.add("practice/tiny", "-d", "models").expectSuccess()
            #expect(await scenario.bytesServed() == 0)
            // What was changed by hand is not replaced.
            try scenario.box.write("mine", to: "models/sub/dir/file.txt")
            await scenario.hub.addFile(NewFile(.hub, name: "sub/dir/file.txt", size: 0, text: "newest", repository: "practice/tiny"))
            let changed = try await scenario.run(["update", "models", "--replace"])
            #expect(changed.code == 73 && changed.stderr.contains("was changed since"), "\(changed.story)")
            #expect(scenario.box.data("models/sub/dir/file.txt") == Data("mine".utf8))
            #expect(changed.stderr.contains("-d models -o sub/dir/file.txt") || changed.stderr.contains("/models -o sub/dir/file.txt"))
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
