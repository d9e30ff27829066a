import Foundation
import PracticeHub
import Testing

@Suite("fetchctl link of a folder")
struct LinkFolderTests {
    private static let repo = "models--practice--tiny"
    private static let offline = ["HF_HUB_OFFLINE": "1"]

    @Test(
        "into a Hub cache takes all recorded files, and writes the branch only where the commit is whole",
        arguments: [([String](), true), (["--exclude", "tokenizer.json"], false)], ["plain", "hf-local"])
    func whole(row: (options: [String], isWhole: Bool), layout: String) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.run(["add", "practice/tiny", "--layout", layout, "-d", "first"] + row.options).expectSuccess()
            await scenario.hub.resetRequests()
            let linked = try await scenario.run(["link", "first", "--layout", "hf-cache", "-d", "cache"])
            linked.expectSuccess()
            #expect(await scenario.hub.requests().isEmpty)
            let files = scenario.box.allFiles.filter { $0.hasPrefix("cache/\(Self.repo)/snapshots/") }
            #expect(files.contains { $0.hasSuffix("/config.json") } && files.contains { $0.hasSuffix("/sub/dir/file.txt") }, "\(files)")
            #expect(scenario.box.exists("cache/\(Self.repo)/refs/main") == row.isWhole)
            #expect(linked.stderr.contains("1 files of the commit are missing, as tokenizer.json") != row.isWhole, "\(linked.stderr)")
            let found = try await scenario.run(
                ["add", "practice/tiny", "--layout", "hf-cache", "-d", "cache"], environment: Self.offline)
            #expect(found.code == (row.isWhole ? 0 : 69), "\(found.story)")
        }
    }

    @Test("that has single files of a commit writes no branch")
    func parts() async throws {
        try await withScenario(.builtin) { scenario in
            for name in ["model.safetensors", "config.json"] {
                try await scenario.add("hf:practice/tiny/\(name)", "-d", "first").expectSuccess()
            }
            let linked = try await scenario.run(["link", "first", "--layout", "hf-cache", "-d", "cache"])
            linked.expectSuccess()
            #expect(linked.stderr.contains("main of practice/tiny is not written"), "\(linked.stderr)")
            #expect(!scenario.box.exists("cache/\(Self.repo)/refs/main"))
            #expect(scenario.box.allFiles.filter { $0.hasPrefix("cache/\(Self.repo)/snapshots/") }.count == 2)
        }
    }

    @Test("finds a small file of a reference by its record")
    func smallFile() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/tiny/config.json", "-d", "first").expectSuccess()
            // A file that has the record of another one is passed over.
            try await scenario.add("hf:practice/tiny/README.md", "-d", "second").expectSuccess()
            var bytes = try #require(scenario.box.data("second/README.md"))
            bytes[bytes.startIndex] ^= 1
            try scenario.box.write(bytes, to: "second/README.md")
            let linked = try await scenario.run(["link", "hf:practice/tiny/config.json", "--layout", "hf-cache", "-d", "cache"])
            linked.expectSuccess()
            #expect(linked.stderr.contains(scenario.box.path("first/config.json")), "\(linked.stderr)")
            try await scenario.run(["link", "hf:practice/tiny/README.md", "--layout", "hf-cache", "-d", "cache"]).expectFailure(66)
        }
    }

    @Test("of a Hub cache follows the snapshot's links", arguments: ["cache", "cache/\(repo)", "snapshot"])
    func cache(place: String) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-cache", "-d", "cache").expectSuccess()
            let commit = String(decoding: try #require(scenario.box.data("cache/\(Self.repo)/refs/main")), as: UTF8.self)
            await scenario.hub.resetRequests()
            let item = place == "snapshot" ? "cache/\(Self.repo)/snapshots/\(commit)" : place
            try await scenario.run(["link", item, "--layout", "lmstudio", "-d", "studio"]).expectSuccess()
            let content = await scenario.hub.hubFile("practice/tiny", "model.safetensors")
            try scenario.expectFile("studio/practice/tiny/model.safetensors", content)
            try await scenario.run(["link", item, "--layout", "hf-cache", "-d", "other"]).expectSuccess()
            #expect(scenario.box.exists("other/\(Self.repo)/refs/main"))
            #expect(await scenario.hub.requests().isEmpty)
        }
    }
}
