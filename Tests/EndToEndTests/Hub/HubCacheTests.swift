import Foundation
import PracticeHub
import Testing

/// The layout of huggingface_hub's cache where no peer is needed to judge it.
@Suite("The layout hf-cache")
struct HubCacheTests {
    /// A repo's folder in the cache.
    static func folder(_ scenario: Scenario, _ name: String = "models--practice--tiny") -> String { "\(scenario.hubCache)/\(name)" }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    @Test("points by relative links, refs without newline, and lists the commit")
    func form() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--include", "*.txt")
            outcome.expectSuccess()
            let folder = Self.folder(scenario)
            let commit = try #require(Self.text("\(folder)/refs/main"))
            #expect(commit.count == 40)
            #expect(outcome.lines == ["\(folder)/snapshots/\(commit)"])
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/snapshots/\(commit)/sub/dir/file.txt")
            #expect(link.hasPrefix("../../../../blobs/") && link.count == 18 + 40)
            // All that the commit has, not only what was wanted of it.
            let tree = try JSONValue(parsing: try #require(Self.text("\(folder)/trees/\(commit).json")))
            #expect(tree["format_version"]?.int == 1)
            #expect(tree["files"]?["model.safetensors"]?["lfs_size"]?.int == 8 << 20)
            #expect(tree["files"]?["config.json"]?["size"]?.int ?? 0 > 0)
            #expect(Self.names("\(folder)/.fetchctl/blobs").count == 1)
            // A commit needs no ref, and a file's path is its own in the snapshot.
            let one = try await scenario.add("hf:practice/tiny@\(commit)/config.json", "--layout", "hf-cache")
            #expect(one.lines == ["\(folder)/snapshots/\(commit)/config.json"])
            #expect(Self.names("\(folder)/refs") == ["main"])
        }
    }

    @Test("moves a revision on when all of the new commit is there, fetching what changed alone", arguments: Engine.allCases)
    func update(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-cache").expectSuccess()
            let folder = Self.folder(scenario)
            let before = try #require(Self.text("\(folder)/refs/main"))
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"new\": 1}\n", repository: "practice/tiny"))
            await scenario.hub.addFault(Fault(.status, match: "hub/api/resolve-cache", status: 503))
            let failed = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--retries", "0")
            #expect(failed.code == 75, "\(failed.stderr)")
            #expect(Self.text("\(folder)/refs/main") == before)
            await scenario.hub.clearFaults()
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "skipped" } == 4)
            let after = try #require(Self.text("\(folder)/refs/main"))
            #expect(after != before)
            #expect(Self.text("\(folder)/snapshots/\(after)/config.json") == "{\"new\": 1}\n")
            #expect(Self.names("\(folder)/snapshots").count == 2)
            #expect(Self.names("\(folder)/snapshots/\(after)").count == 5)
        }
    }

    @Test("leaves no empty snapshot behind a repo without access, which would read as a whole one")
    func gated() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/gated", "--layout", "hf-cache", "--json").expectFailure(77)
            let folder = Self.folder(scenario, "models--practice--gated")
            #expect(Self.names(folder) == ["refs", "trees"])
            let commit = try #require(Self.text("\(folder)/refs/main"))
            #expect(Self.names("\(folder)/trees") == ["\(commit).json"])
        }
    }

    @Test("records paths that a commit does not have, and removes no revision from existing files")
    func absence() async throws {
        try await withScenario(.builtin) { scenario in
            let folder = Self.folder(scenario)
            try await scenario.add("hf:practice/tiny/none.json", "--layout", "hf-cache", "--dry-run").expectFailure(66)
            #expect(!FileManager.default.fileExists(atPath: folder))
            try await scenario.add("hf:practice/tiny/sub/none.json", "--layout", "hf-cache").expectFailure(66)
            #expect(Self.names(folder) == [".no_exist", "refs"])
            let commit = try #require(Self.text("\(folder)/refs/main"))
            #expect(Self.names("\(folder)/.no_exist/\(commit)/sub") == ["none.json"])
            try await scenario.add("hf:practice/tiny/config.json", "--layout", "hf-cache").expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "new.json", size: 0, text: "{}\n", repository: "practice/tiny"))
            try await scenario.add("hf:practice/tiny/none.json", "--layout", "hf-cache").expectFailure(66)
            #expect(Self.text("\(folder)/refs/main") == commit)
            #expect(Self.names("\(folder)/.no_exist").count == 2)
        }
    }

    @Test("is for the Hub: in a batch others stay plain, and names of the user's own go with neither")
    func others() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add(
                "hf:practice/tiny/config.json", "civitai:12354", environment: ["FETCHCTL_LAYOUT": "hf-cache"])
            outcome.expectSuccess()
            #expect(outcome.lines.first?.hasPrefix(scenario.hubCache) == true)
            #expect(scenario.box.files == ["practice-embedding.safetensors"])
            await scenario.forgetRequests()
            for layout in ["hf-cache", "hf-local"] {
                let named = try await scenario.add("hf:practice/tiny/config.json", "-o", "x.json", "--layout", layout)
                named.expectFailure(64)
            }
            #expect(await scenario.hub.requests().isEmpty)
            try await scenario.add("civitai:12344", "-o", "x.bin", "--layout", "hf-cache").expectSuccess()
            #expect(scenario.box.exists("x.bin"))
            let listed = try await scenario.add(
                "-i", "-", stdin: "hf:practice/tiny/README.md\n  layout=hf-cache\n  dir=cache\nhf:practice/tiny/config.json\n")
            listed.expectSuccess()
            #expect(scenario.box.exists("cache/models--practice--tiny/refs/main") && scenario.box.exists("config.json"))
        }
    }
}
