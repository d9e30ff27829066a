import Foundation
import PracticeHub
import Testing

@Suite("A model list")
struct ListTests {
    @Test("is locked, and two clean folders get the same bytes from the lock", arguments: Engine.allCases)
    func twoFolders(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write(PracticeList.text, to: "one/models.toml")
            let locked = try await scenario.list("lock", in: "one", "--json")
            locked.expectSuccess()
            EventShape.expectGoodForm(try locked.events())
            #expect(try locked.event("summary")["changed"]?.int == 3)
            #expect(scenario.box.files == ["one/models.lock", "one/models.toml"])
            let lock = try #require(scenario.box.data("one/models.lock"))
            try scenario.box.write(PracticeList.text, to: "two/models.toml")
            try scenario.box.write(lock, to: "two/models.lock")
            // The branch moves on between the two.
            let first = try await scenario.list("sync", in: "one", "--locked")
            first.expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "weights/model.safetensors", size: 2 << 20, seed: 6))
            await scenario.hub.addFile(NewFile(.hub, name: "further.json", size: 0).with(text: "{}"))
            let second = try await scenario.list("sync", in: "two", "--locked", "--json")
            second.expectSuccess()
            EventShape.expectGoodForm(try second.events())
            #expect(try second.event("summary")["changed"]?.int == 4)
            let one = scenario.contents("one")
            #expect(one == scenario.contents("two"))
            #expect(Set(one.keys) == Set(PracticeList.files + ["models.toml", "models.lock"]))
            #expect(scenario.box.data("one/models.lock") == lock)
            try await scenario.expectFile("two/models/checkpoints/practice-model.safetensors", scenario.hub.civitaiFile(12345))
        }
    }

    @Test("is synced again without a request, and the lock stays unchanged")
    func again() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write(PracticeList.text, to: "one/models.toml")
            let first = try await scenario.list("sync", in: "one")
            first.expectSuccess()
            #expect(
                first.lines
                    == ["checkpoints/practice-model.safetensors", "repo", "e/embedding.safetensors"].map {
                        scenario.box.path("one/models/\($0)")
                    })
            let lock = try #require(scenario.box.data("one/models.lock"))
            await scenario.forgetRequests()
            let second = try await scenario.list("sync", in: "one", "--json")
            second.expectSuccess()
            #expect(await scenario.hub.requests().isEmpty)
            #expect(try second.event("summary")["changed"]?.int == 0)
            #expect(try second.event("summary")["skipped"]?.int == 4)
            #expect(scenario.box.data("one/models.lock") == lock)
            // Every file has a hash now.
            let text = String(decoding: lock, as: UTF8.self)
            #expect(text.components(separatedBy: "sha256 = ").count == 5)
            #expect(text.contains("pinned = \"hf:practice/added@") && !text.contains("99999999"))
            let record = scenario.box.record("config.json", in: "one/models/repo")
            #expect(record?["list"]?.string == scenario.box.path("one/models.toml"))
        }
    }

    @Test("is updated when that is asked for, and shows old and new; the lock says so when all is there")
    func update() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write(PracticeList.text, to: "one/models.toml")
            try await scenario.list("sync", in: "one").expectSuccess()
            let lock = try #require(scenario.box.data("one/models.lock"))
            let content = await scenario.hub.addFile(NewFile(.hub, name: "weights/model.safetensors", size: 2 << 20, seed: 6)).content
            // Without it the lock holds.
            try await scenario.list("sync", in: "one").expectSuccess()
            #expect(scenario.box.data("one/models.lock") == lock)
            let dry = try await scenario.list("sync", in: "one", "--update", "--dry-run")
            dry.expectSuccess()
            #expect(dry.stderr.contains(" → hf:practice/added@"))
            #expect(scenario.box.data("one/models.lock") == lock)
            let updated = try await scenario.list("sync", in: "one", "--update", "hf:practice/added")
            updated.expectSuccess()
            #expect(updated.stderr.contains(" → hf:practice/added@") && !updated.stderr.contains("base:"))
            #expect(scenario.box.data("one/models.lock") != lock)
            try scenario.expectFile("one/models/repo/weights/model.safetensors", content)
            try await scenario.list("sync", in: "one", "--locked").expectSuccess()
        }
    }

    @Test("prunes what it put there and no longer names, and nothing else")
    func prune() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write(PracticeList.text, to: "one/models.toml")
            try await scenario.list("sync", in: "one").expectSuccess()
            // One by hand, one by add, one of another list, one of this list that was changed.
            try scenario.box.write("mine", to: "one/models/mine.txt")
            try await scenario.list("add", in: "one", "hf:gpt-practice@main/config.json", "-d", "models").expectSuccess()
            try scenario.box.write("[[model]]\nref = \"hf:gpt-practice@main/config.json\"\ndir = \"models/other\"", to: "one/second.toml")
            try await scenario.list("sync", in: "one", "--file", "second.toml").expectSuccess()
            try scenario.box.write("changed", to: "one/models/repo/config.json")
            try scenario.box.write(
                "[settings]\ndirectory = \"models\"\n[[model]]\nref = \"civitai:12345\"\nname = \"base\"\ndir = \"checkpoints\"",
                to: "one/models.toml")
            let check = try await scenario.list("sync", in: "one", "--check")
            #expect(check.code == 1)
            #expect(check.lines == ["extra    models/e/embedding.safetensors", "extra    models/repo/weights/model.safetensors"])
            let dry = try await scenario.list("sync", in: "one", "--prune", "--dry-run")
            dry.expectSuccess()
            #expect(dry.stderr.contains("would be removed"))
            #expect(scenario.box.exists("one/models/e/embedding.safetensors"))
            let pruned = try await scenario.list("sync", in: "one", "--prune", "--json")
            pruned.expectSuccess()
            #expect(try pruned.event("summary")["changed"]?.int == 2)
            #expect(
                scenario.box.files == [
                    "one/models.lock", "one/models.toml", "one/models/checkpoints/practice-model.safetensors", "one/models/config.json",
                    "one/models/mine.txt", "one/models/other/config.json", "one/models/repo/config.json", "one/second.lock",
                    "one/second.toml",
                ])
            #expect(!scenario.box.exists("one/models/e"))
            try await scenario.list("sync", in: "one", "--check").expectSuccess()
        }
    }
}
