import Foundation
import PracticeHub
import Testing

/// Revisions with slashes, and what finding out about them costs.
@Suite("A revision with a slash")
struct HubRevisionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var reference: String
        /// Under the working directory.
        var file: String
        /// Of the API, before the bytes.
        var requests: Int
        var testDescription: String { reference }
    }

    @Test(
        "is the longest that exists, for one request more than a mistaken reading, and none where it is exact",
        arguments: [
            Row(reference: "hf:practice/sharded@feature/a", file: "sharded/config.json", requests: 3),
            Row(reference: "hf:practice/sharded@feature/a/", file: "sharded/config.json", requests: 3),
            Row(reference: "hf:practice/sharded@feature/a/config.json", file: "config.json", requests: 3),
            Row(reference: "hf:practice/sharded@feature/a/broken/", file: "sharded/broken/model.safetensors.index.json", requests: 3),
            Row(reference: "https://huggingface.co/practice/sharded/resolve/feature/a/config.json", file: "config.json", requests: 3),
            Row(reference: "hf:practice/sharded@feature%2Fa/config.json", file: "config.json", requests: 1),
            Row(reference: "hf:practice/tiny@refs/pr/1/config.json", file: "config.json", requests: 1),
            Row(reference: "hf:datasets/practice/data@refs/convert/parquet/default/", file: "data/default/train/0000.parquet", requests: 1),
            Row(reference: "hf:practice/tiny@v1/sub/dir/file.txt", file: "file.txt", requests: 1),
        ])
    func found(row: Row) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add(row.reference)
            outcome.expectSuccess()
            #expect(scenario.box.exists(row.file), "\(scenario.box.files)")
            let asked = await scenario.requests("hub", "/api/").filter { !$0.path.contains("resolve-cache") }
            #expect(asked.count == row.requests, "\(asked.map(\.path))")
        }
    }

    @Test("that does not exist: says how it is written", arguments: ["nope/a/x.json", "nope/a", "v1/nope.json", "main/nope.json"])
    func missing(rest: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("hf:practice/tiny@\(rest)")
            outcome.expectFailure(66)
            if rest.hasPrefix("nope") {
                #expect(outcome.stderr.contains("hf:practice/tiny@nope%2Fa"), "\(outcome.stderr)")
                #expect(outcome.stderr.contains("--revision nope/a"), "\(outcome.stderr)")
            } else {
                #expect(outcome.stderr.contains("has no \"nope.json\""), "\(outcome.stderr)")
            }
            // One of them is sent ahead of the answer that makes it useless, unless that answer comes first.
            let asked = await scenario.requests("hub").count
            let most = rest.hasPrefix("v1") ? 4 : 3
            #expect((most - 1...most).contains(asked), "\(asked)")
        }
    }

    @Test("is known offline by the cache's own refs")
    func offline() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/sharded@feature/a", "--layout", "hf-cache").expectSuccess()
            let outcome = try await scenario.add(
                "hf:practice/sharded@feature/a/config.json", "--layout", "hf-cache", environment: ["HF_HUB_OFFLINE": "1"])
            outcome.expectSuccess()
            #expect(outcome.lines.first?.hasSuffix("/config.json") == true)
        }
    }
}
