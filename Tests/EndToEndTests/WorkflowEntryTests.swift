import Foundation
import PracticeHub
import Testing

@Suite("The entries of a workflow")
struct WorkflowEntryTests {
    private func write(_ models: [[String: String]], in scenario: Scenario) throws {
        let object: [String: Any] = ["version": 0.4, "nodes": [["id": 1, "properties": ["models": models]]]]
        try scenario.box.write(try JSONSerialization.data(withJSONObject: object), to: "flow.json")
    }

    @Test("of one repo ask for it once", arguments: [["--dry-run"], []])
    func oneRepo(extra: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            var files = NewFile(.hub, name: "m#.json", size: 0, text: "{\"n\": #}", repository: "practice/many")
            files.copies = 60
            await scenario.hub.addFile(files)
            let link = scenario.at.hub + "/practice/many/resolve/main/"
            try write((0..<60).map { ["name": "m\($0).json", "url": link + "m\($0).json", "directory": "configs"] }, in: scenario)
            await scenario.forgetRequests()
            try await scenario.run(["add", "flow.json", "-d", "UI"] + extra).expectSuccess()
            let asked = await scenario.requests("hub").map { "\($0.method) \($0.path)" }
            #expect(asked.count { $0.contains("/api/models/") } == 1, "\(asked)")
            #expect(Set(asked).count == asked.count, "\(asked)")
            #expect(extra.isEmpty || asked.count == 1)
            #expect(scenario.box.files.count { $0.hasPrefix("UI/models/configs/m") } == (extra.isEmpty ? 60 : 0))
        }
    }

    @Test("whose repo or file is not there fail alone, and are asked for once")
    func oneMissing() async throws {
        try await withScenario(.builtin) { scenario in
            let hub = scenario.at.hub
            let models = [
                ["name": "a.json", "url": hub + "/practice/nowhere/resolve/main/a.json", "directory": "configs"],
                ["name": "b.json", "url": hub + "/practice/nowhere/resolve/main/b.json", "directory": "configs"],
                ["name": "c.json", "url": hub + "/practice/tiny/resolve/main/config.json", "directory": "configs"],
                ["name": "d.json", "url": hub + "/practice/tiny/resolve/main/nothing.json", "directory": "configs"],
            ]
            try write(models, in: scenario)
            let outcome = try await scenario.add("flow.json", "-d", "UI")
            outcome.expectFailure(66)
            #expect(scenario.box.files.filter { $0.hasPrefix("UI/") } == ["UI/models/configs/c.json"])
            #expect(await scenario.requests("hub", "/api/models/practice/nowhere/revision").count == 1)
            #expect(await scenario.requests("hub", "/api/models/practice/tiny").count == 1)
        }
    }

    @Test("that contradict what is published, or each other, fail, in a dry run too", arguments: [["--dry-run"], []])
    func contradictions(extra: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let link = scenario.at.hub + "/practice/tiny/resolve/main/model.safetensors"
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            let other = String(repeating: "ab", count: 32)
            func entry(_ name: String, _ url: String, hash: String? = nil) -> [String: String] {
                ["name": name, "url": url, "directory": "vae"].merging(hash.map { ["hash": $0, "hash_type": "SHA256"] } ?? [:]) { $1 }
            }
            try write([entry("wrong.safetensors", link, hash: other)], in: scenario)
            let wrong = try await scenario.run(["add", "flow.json", "-d", "UI"] + extra)
            wrong.expectFailure(65)
            #expect(wrong.stderr.contains(other) && wrong.stderr.contains(content.sha256), "\(wrong.stderr)")
            #expect(await scenario.requests("cdn").isEmpty)
            try write(
                [
                    entry("twice.safetensors", link), entry("twice.safetensors", link + "?download=true"),
                    entry("twice.safetensors", scenario.at.hub + "/practice/one/resolve/main/model.safetensors"),
                ], in: scenario)
            let twice = try await scenario.run(["add", "flow.json", "-d", "UI"] + extra)
            twice.expectFailure(66)
            #expect(twice.stderr.contains("failed: twice.safetensors: another entry of that name has another link."), "\(twice.stderr)")
            #expect(scenario.box.exists("UI/models/vae/twice.safetensors") == extra.isEmpty)
        }
    }

    @Test("that lead to a repo are told so, and a name stands once in a line")
    func repo() async throws {
        try await withScenario(.builtin) { scenario in
            let models = [
                ["name": "a.safetensors", "url": scenario.at.hub + "/practice/tiny", "directory": "vae"],
                ["name": "b.safetensors", "url": scenario.at.hub + "/practice/none/resolve/main/b.safetensors", "directory": "vae"],
            ]
            try write(models, in: scenario)
            let outcome = try await scenario.add("flow.json", "-d", "UI")
            #expect(outcome.code == 64 && !outcome.stderr.contains("--out"), "\(outcome.stderr)")
            for name in ["a", "b"] {
                let lines = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("failed: \(name).safetensors") }
                #expect(lines.count == 1 && lines[0].ranges(of: "\(name).safetensors:").count == 1, "\(outcome.stderr)")
            }
        }
    }

    @Test(
        "that cannot be fetched are said once each: the error, and in a batch the line at its end",
        arguments: [
            (#"{"nodes": [{"properties": {"models": [{"name": "a.ckpt", "directory": "checkpoints"}]}}]}"#, ["a.ckpt"], false),
            (#"{"nodes": [{"widgets_values": ["b.ckpt"]}]}"#, ["b.ckpt"], false),
            (#"{"nodes": [{"widgets_values": ["b.ckpt"]}]}"#, ["b.ckpt"], true),
            (#"{"nodes": [{"widgets_values": ["b.ckpt", "c.ckpt"]}]}"#, ["b.ckpt", "c.ckpt"], false),
            (#"{"nodes": [{"properties": {"models": [{"url": "https://example.com/d.ckpt"}]}}]}"#, ["entry 1"], false),
        ])
    func once(row: (workflow: String, names: [String], isNotebook: Bool)) async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(row.workflow, to: "flow.json")
            let outcome = try await scenario.run(
                ["add", "flow.json", "-d", "UI"], environment: row.isNotebook ? ["JPY_PARENT_PID": "1"] : [:])
            #expect(outcome.code == 66, "\(outcome.story)")
            let lines = outcome.stderr.split(separator: "\n")
            #expect(lines.count { $0.hasPrefix("error: ") } == row.names.count, "\(outcome.stderr)")
            #expect(lines.count { $0.hasPrefix("failed: ") } == (row.names.count > 1 ? row.names.count : 0), "\(outcome.stderr)")
            for name in row.names {
                #expect(lines.count { $0.hasPrefix("error: ") && $0.contains(name) } == 1, "\(outcome.stderr)")
            }
            let events = try (try await scenario.run(["add", "flow.json", "-d", "UI", "--json"])).events()
            #expect(events.count { $0.name == "failed" } == row.names.count)
        }
    }

    @Test(
        "that are none are said",
        arguments: [
            (#"{"nodes": []}"#, "names no models"),
            (#"{"nodes": [{"widgets_values": ["there.ckpt"]}]}"#, "every model"),
        ])
    func none(row: (workflow: String, words: String)) async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(row.workflow, to: "flow.json")
            try scenario.box.write("x", to: "UI/models/checkpoints/there.ckpt")
            let outcome = try await scenario.add("flow.json", "-d", "UI")
            #expect(outcome.code == 0 && outcome.stderr.contains(row.words), "\(outcome.story)")
        }
    }
}
