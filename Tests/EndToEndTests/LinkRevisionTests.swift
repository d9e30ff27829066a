import Foundation
import PracticeHub
import Testing

@Suite("fetchctl link into a Hub cache")
struct LinkRevisionTests {
    private static let repo = "models--practice--one"

    private func ref(_ name: String, in cache: String, _ scenario: Scenario) -> String? {
        scenario.box.data("\(cache)/\(Self.repo)/refs/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    private func snapshots(_ cache: String, _ scenario: Scenario) -> Set<String> {
        let files = scenario.box.allFiles.filter { $0.hasPrefix("\(cache)/\(Self.repo)/snapshots/") && $0.hasSuffix("/model.safetensors") }
        return Set(files.map { String($0.split(separator: "/")[3]) })
    }

    @Test("leaves a branch where it leads to another commit, and writes one that the cache lacks", arguments: ["hf-cache", "llama.cpp"])
    func keepsBranch(layout: String) async throws {
        try await withScenario(.builtin) { scenario in
            let reference = "hf:practice/one/model.safetensors"
            try await scenario.add(reference, "-d", "old").expectSuccess()
            try await scenario.run(["link", "old/model.safetensors", "--layout", layout, "-d", "empty"]).expectSuccess()
            let older = try #require(ref("main", in: "empty", scenario))
            await scenario.hub.addFile(NewFile(.hub, name: "README.md", size: 0, text: "# newer", repository: "practice/one"))
            try await scenario.add(reference, "--layout", layout, "-d", "cache").expectSuccess()
            let newer = try #require(ref("main", in: "cache", scenario))
            #expect(older != newer)
            let linked = try await scenario.run(["link", "old/model.safetensors", "--layout", layout, "-d", "cache"])
            linked.expectSuccess()
            #expect(ref("main", in: "cache", scenario) == newer)
            #expect(linked.stderr.contains("main of practice/one leads to commit \(newer.prefix(7))"), "\(linked.stderr)")
            #expect(snapshots("cache", scenario) == [older, newer])
            // Nor is it led on: that is what add does.
            try await scenario.add(reference, "-d", "new").expectSuccess()
            try await scenario.run(["link", "new/model.safetensors", "--layout", layout, "-d", "empty"]).expectSuccess()
            #expect(ref("main", in: "empty", scenario) == older)
            try await scenario.add(reference, "--layout", layout, "-d", "empty").expectSuccess()
            #expect(ref("main", in: "empty", scenario) == newer)
        }
    }

    @Test("writes the branch that the file came from")
    func ownBranch() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/sharded@dev/config.json", "-d", "old").expectSuccess()
            try await scenario.run(["link", "old/config.json", "--layout", "hf-cache", "-d", "cache"]).expectSuccess()
            #expect(scenario.box.exists("cache/models--practice--sharded/refs/dev"))
            #expect(!scenario.box.exists("cache/models--practice--sharded/refs/main"))
        }
    }
}
