import Foundation
import PracticeHub
import Testing

@Suite("Sidecars")
struct SidecarTests {
    private static let all = ["--sidecar", "civitai-info", "--sidecar", "a1111", "--sidecar", "preview", "--sidecar", "cm-info"]
    private static let names = ["civitai.info", "json", "preview.png", "cm-info.json"].map { "practice-embedding." + $0 }

    @Test("stand beside the model under the names that their readers look for", arguments: Engine.allCases)
    func written(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.run(["add", "civitai:12354"] + Self.all)
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path("practice-embedding.safetensors")])
            #expect(Set(scenario.box.files) == Set(Self.names + ["practice-embedding.safetensors"]))
            let info = try JSONValue(parsing: String(decoding: try #require(scenario.box.data(Self.names[0])), as: UTF8.self))
            #expect(info["id"]?.int == 12354)
            #expect(info["model"]?["tags"]?.isArray == true)
            #expect(info["extensions"]?["sd_civitai_helper"]?["skeleton_file"]?.isBool == true)
            let user = try JSONValue(parsing: String(decoding: try #require(scenario.box.data(Self.names[1])), as: UTF8.self))
            #expect(user["activation text"]?.string == "practice-embedding")
            #expect(user["sd version"]?.string == "SD1")
            #expect(scenario.box.data(Self.names[2])?.starts(with: [0x89, 0x50, 0x4e, 0x47]) == true)
            #expect(await scenario.hub.civitaiDownloads(12354) == 1)
        }
    }

    @Test("are added to a model that is there already, and never written over")
    func added() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12354").expectSuccess()
            try scenario.box.write("mine", to: Self.names[1])
            try scenario.box.write("my picture", to: "practice-embedding.preview.jpg")
            try await scenario.run(["add", "civitai:12354"] + Self.all).expectSuccess()
            #expect(scenario.box.data(Self.names[1]) == Data("mine".utf8))
            #expect(!scenario.box.exists(Self.names[2]), "a preview of another ending will do")
            #expect(scenario.box.exists(Self.names[0]) && scenario.box.exists(Self.names[3]))
            #expect(await scenario.hub.civitaiDownloads(12354) == 1)
        }
    }

    @Test("that cannot be fetched are a warning, and the model is there")
    func failing() async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "practice-images", status: 404))
            let outcome = try await scenario.run(["add", "civitai:12354", "--json"] + Self.all)
            outcome.expectSuccess()
            let warnings = try outcome.events().filter { $0.name == "warning" && $0["kind"]?.string == "sidecar" }
            #expect(warnings.count == 1)
            #expect(!scenario.box.exists(Self.names[2]) && scenario.box.exists(Self.names[3]))
            let other = try await scenario.add("hf:practice/tiny/config.json", "--sidecar", "a1111", "--json")
            other.expectSuccess()
            #expect(try other.events().contains { $0.name == "warning" && $0["kind"]?.string == "sidecar" })
        }
    }

    @Test("may be set on an input file's line, and an unknown kind is 64")
    func typed() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("civitai:12354\n  sidecar=cm-info\n  dir=a\n", to: "list.txt")
            try await scenario.add("-i", "list.txt").expectSuccess()
            #expect(scenario.box.exists("a/practice-embedding.cm-info.json"))
            let outcome = try await scenario.add("civitai:12354", "--sidecar", "nonsense")
            outcome.expectFailure(64)
            #expect(outcome.stderr.contains("civitai-info"))
        }
    }
}
