import Foundation
import PracticeHub
import Testing

@Suite("A copy on this machine that is damaged")
struct DamagedCopyTests {
    @Test("is named, and the file is downloaded", arguments: Engine.allCases, ["reflink", "hardlink"])
    func dedupe(engine: Engine, kind: String) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add("hf:practice/one/model.safetensors", "--layout", "hf-cache", "-d", "cache").expectSuccess()
            let blob = try #require(scenario.box.files.first { $0.contains("/blobs/") })
            var data = try #require(scenario.box.data(blob))
            data[data.startIndex + 5000] ^= 1
            try scenario.box.write(data, to: blob)
            let outcome = try await scenario.add(
                "hf:practice/one/model.safetensors", "-d", "there", "--dedupe",
                environment: ["HF_HUB_CACHE": scenario.box.path("cache"), "FETCHCTL_DEDUPE": kind])
            outcome.expectSuccess()
            #expect(outcome.stderr.contains("\(scenario.box.path(blob)) is damaged"), "\(outcome.stderr)")
            #expect(!outcome.stderr.contains("was cloned") && !outcome.stderr.contains("was copied"), "\(outcome.stderr)")
            try scenario.expectFile("there/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
        }
    }

    @Test("is passed over by link where there is another one")
    func link() async throws {
        try await withScenario(.builtin) { scenario in
            let reference = "hf:practice/one/model.safetensors"
            let cache = ["HF_HUB_CACHE": scenario.box.path("cache")]
            try await scenario.add(reference, "--layout", "hf-cache", environment: cache).expectSuccess()
            try await scenario.add(reference, "-d", "good").expectSuccess()
            let blob = try #require(scenario.box.files.first { $0.contains("/blobs/") })
            var data = try #require(scenario.box.data(blob))
            data[data.startIndex + 5000] ^= 1
            try scenario.box.write(data, to: blob)
            let outcome = try await scenario.run(["link", reference, "--layout", "plain", "-d", "there"], environment: cache)
            outcome.expectSuccess()
            #expect(outcome.stderr.contains("\(scenario.box.path(blob)) is damaged"), "\(outcome.stderr)")
            try scenario.expectFile("there/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
        }
    }
}
