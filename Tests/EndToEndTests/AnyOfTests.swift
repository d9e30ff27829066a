import Foundation
import PracticeHub
import Testing

@Suite("A reference with others to try")
struct AnyOfTests {
    private let missing = "civitai:99999999"
    private let gated = "hf:practice/gated/model.safetensors"

    @Test("is fetched by the first that works, and the reason is said for each that did not", arguments: Engine.allCases)
    func first(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add(
                missing, "--any-of", gated, "--any-of", "civitai:12354", "--any-of", "civitai:12345", "--json")
            outcome.expectSuccess()
            EventShape.expectGoodForm(try outcome.events())
            try await scenario.expectFile("practice-embedding.safetensors", scenario.hub.civitaiFile(12354))
            #expect(scenario.box.files == ["practice-embedding.safetensors"])
            let warnings = try outcome.events().filter { $0["kind"]?.string == "any_of" }.compactMap { $0["message"]?.string }
            #expect(warnings.count == 2)
            #expect(warnings.first?.contains(missing) == true && warnings.first?.contains("has no version") == true)
            #expect(warnings.last?.contains(gated) == true)
            let summary = try outcome.event("summary")
            #expect(summary["finished"]?.int == 1 && summary["failed"]?.int == 0 && summary["skipped"]?.int == 0)
            let planned = try outcome.events().filter { $0.name == "planned" }
            #expect(planned.count == 1 && planned.first?["files"]?.int == 1)
        }
    }

    @Test("goes on when bytes are wrong, and keeps nothing of the one that failed", arguments: Engine.allCases)
    func wrongBytes(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let sha256 = try #require(await scenario.hub.civitaiFile(12354)).sha256
            let outcome = try await scenario.add(
                scenario.at.cdn + "/plain/practice.bin", "--any-of", "civitai:12354", "--sha256", sha256, "-o", "model.safetensors")
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path("model.safetensors")])
            try await scenario.expectFile("model.safetensors", scenario.hub.civitaiFile(12354))
        }
    }

    @Test("fails as the last of them when none works")
    func none() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add(gated, "--any-of", missing).expectFailure(66)
            let outcome = try await scenario.add(gated, "--any-of", missing, "--json")
            #expect(outcome.code == 66)
            let names = try outcome.events().map(\.name)
            #expect(names.count { $0 == "failed" } == 1)
            #expect(scenario.box.files.isEmpty)
            let optional = try await scenario.add(gated, "--any-of", missing, "--optional")
            #expect(optional.code == 0)
            #expect(optional.stderr.contains("optional") && !optional.stderr.contains("error:"))
        }
    }

    @Test("is in an input file too, and paths keep the order given")
    func listed() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(
                """
                \(missing)
                  any-of=\(gated)
                  any-of=civitai:12354
                  out=first.safetensors
                hf:gpt-practice@main/config.json
                \(missing)
                  any-of=\(gated)
                  optional=true
                """, to: "list.txt")
            let outcome = try await scenario.add("-i", "list.txt")
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path("first.safetensors"), scenario.box.path("config.json")])
        }
    }

    @Test("is one reference", arguments: [["civitai:12354", "civitai:12345"], []])
    func one(references: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["add"] + references + ["--any-of", gated])
            outcome.expectFailure(64)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }
}
