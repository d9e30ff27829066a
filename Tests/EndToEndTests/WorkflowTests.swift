import Foundation
import PracticeHub
import Testing

@Suite("fetchctl add of a workflow")
struct WorkflowTests {
    private static func workflow(_ scenario: Scenario, _ models: [[String: String]], _ values: [String] = []) throws -> Data {
        try JSONSerialization.data(
            withJSONObject: ["version": 0.4, "nodes": [["id": 1, "widgets_values": values, "properties": ["models": models]]]])
    }

    @Test("puts its models into ComfyUI's folders, checks their hashes, and skips what is there", arguments: Engine.allCases)
    func fetched(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            let byHash = try #require(await scenario.hub.civitaiFile(12344))
            let models = [
                [
                    "name": "mine.safetensors", "url": scenario.at.hub + "/practice/tiny/resolve/main/model.safetensors",
                    "directory": "checkpoints", "hash": content.sha256, "hash_type": "SHA256",
                ],
                ["name": "other.safetensors", "directory": "loras", "hash": byHash.sha256, "hash_type": "sha256"],
            ]
            try scenario.box.write(try Self.workflow(scenario, models, ["mine.safetensors"]), to: "flow.json")
            let dry = try await scenario.add("flow.json", "-d", "UI", "--dry-run", "--json")
            #expect(dry.code == 0 && scenario.box.files == ["flow.json"])
            #expect(try dry.event("planned")["files"]?.int == 2)
            try await scenario.add("flow.json", "-d", "UI").expectSuccess()
            try scenario.expectFile("UI/models/checkpoints/mine.safetensors", content)
            try scenario.expectFile("UI/models/loras/other.safetensors", byHash)
            for folder in ["checkpoints", "loras"] {
                try FileManager.default.removeItem(atPath: scenario.box.path("UI/models/\(folder)/.fetchctl"))
            }
            let again = try await scenario.add("flow.json", "-d", "UI", "--json")
            #expect(try again.events().count { $0.name == "skipped" } == 2, "\(again.story)")
        }
    }

    @Test("lists what it cannot fetch, each alone, and ends with 66")
    func missing() async throws {
        try await withScenario(.builtin) { scenario in
            let url = scenario.at.hub + "/practice/tiny/resolve/main/config.json"
            let models = [
                ["name": "good.json", "url": url, "directory": "configs"], ["name": "../bad.safetensors", "url": url, "directory": "vae"],
                ["name": "x.safetensors", "url": url, "directory": "../../etc"], ["name": "y.safetensors", "directory": "vae"],
                ["name": "private.safetensors", "url": "http://127.0.0.1:1/private.safetensors", "directory": "vae"],
            ]
            try scenario.box.write(try Self.workflow(scenario, models, ["nowhere.safetensors", "there.ckpt"]), to: "flow.json")
            try scenario.box.write("x", to: "UI/models/checkpoints/there.ckpt")
            let outcome = try await scenario.add("flow.json", "-d", "UI", "--retries", "0")
            #expect(outcome.code != 0)
            for name in ["../bad.safetensors", "x.safetensors", "y.safetensors", "nowhere.safetensors"] {
                #expect(outcome.stderr.contains("failed: \(name):"), "\(outcome.stderr)")
            }
            #expect(!outcome.stderr.contains("there.ckpt"))
            #expect(scenario.box.exists("UI/models/configs/good.json"))
            #expect(!scenario.box.exists("etc") && !scenario.box.exists("UI/models/bad.safetensors"))
            #expect(!scenario.box.files.contains { $0.hasSuffix("private.safetensors") })
        }
    }

    @Test("fetches the good entries of a list, and ends with 66 for those that are wrong", arguments: [false, true])
    func wrongEntries(hasMark: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let url = scenario.at.hub + "/practice/tiny/resolve/main/config.json"
            let models = [
                ["url": url, "directory": "configs"], ["name": "good.json", "url": url, "directory": "configs"],
                ["name": "md5.json", "url": url, "directory": "configs", "hash": "00", "hash_type": "MD5"],
                ["name": "short.json", "url": url, "directory": "configs", "hash": "00", "hash_type": "SHA256"],
            ]
            let mark = hasMark ? Data([0xEF, 0xBB, 0xBF]) : Data()
            try scenario.box.write(mark + Self.workflow(scenario, models), to: "flow.json")
            let outcome = try await scenario.add("flow.json", "-d", "UI")
            outcome.expectFailure(66)
            for words in ["failed: entry 1 of models:", "it has no name.", "of the type MD5", "64 hexadecimal digits"] {
                #expect(outcome.stderr.contains(words), "\(outcome.stderr)")
            }
            #expect(scenario.box.files == ["UI/models/configs/good.json", "flow.json"])
            // The job and its hook know it too.
            let history = try await scenario.jobs(command: "history")
            #expect(history.map { $0["state"]?.string } == ["failed"] && history[0]["code"]?.int == 66, "\(history)")
            let again = try await scenario.add("flow.json", "-d", "UI", "--json")
            #expect(
                try again.events().filter { $0.name == "failed" }.allSatisfy { $0["path"]?.string == scenario.box.path("UI") }
                    && again.code == 66)
        }
    }

    @Test("that is none is 64, and hf: says the other thing")
    func none() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("{\"a\": 1}", to: "config.json")
            let outcome = try await scenario.add("config.json")
            outcome.expectFailure(64)
            #expect(outcome.stderr.contains("hf:"))
            try scenario.box.write("no picture", to: "a.png")
            try await scenario.add("a.png").expectFailure(64)
        }
    }
}
