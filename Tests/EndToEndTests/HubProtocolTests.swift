import Foundation
import PracticeHub
import Testing

@Suite("The Hub's protocol")
struct HubProtocolTests {
    @Test(
        "asks a gated repo once, not once a file", arguments: [(nil, "accept the terms"), ("practice-hf-stranger-token", "ask for access")])
    func gated(token: String?, words: String) async throws {
        try await withScenario(.builtin) { scenario in
            for number in 0..<20 {
                await scenario.hub.addFile(NewFile(.hub, name: "f\(number).txt", size: 0, text: "\(number)", repository: "practice/gated"))
            }
            let environment = token.map { ["HF_TOKEN": $0] } ?? [:]
            let outcome = try await scenario.add("practice/gated", "--json", environment: environment)
            outcome.expectFailure(77, kind: "gated")
            let failed = try outcome.event("failed")
            #expect(failed["hint"]?.string?.contains(words) == true)
            #expect(failed["url"]?.string == scenario.at.hub + "/practice/gated")
            #expect(try outcome.events().count { $0.name == "failed" } == 1)
            #expect(await scenario.requests("hub", "/resolve/").count == 1)
            #expect(scenario.box.allFiles.isEmpty)
        }
    }

    @Test("asks a gated repo once more than an open one when access is granted")
    func gatedAllowed() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/gated", environment: ["HF_TOKEN": "practice-hf-token"]).expectSuccess()
            // The question before the first file is that file's own.
            #expect(await scenario.requests("hub", "/resolve/").count == 2)
        }
    }

    @Test("costs one request for the commit and its list, two for a small file and one for a large one")
    func requests() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny").expectSuccess()
            let hub = await scenario.requests("hub")
            #expect(hub.count { $0.path.contains("/revision/") } == 1)
            #expect(hub.count { $0.path.contains("/tree/") } == 0)
            #expect(hub.count { $0.path.contains("/resolve/") } == 5)
            #expect(hub.count { $0.path.contains("/api/resolve-cache/") } == 4)
            #expect(hub.count == 10)
            let commit = try #require(hub[0].path.contains("/revision/main") ? hub[1].path.split(separator: "/").dropFirst(3).first : nil)
            // The revision is a commit from the second request on.
            #expect(hub.dropFirst().allSatisfy { $0.path.contains(commit.prefix(40)) })
            await scenario.forgetRequests()
            try await scenario.add("practice/tiny").expectSuccess()
            #expect(await scenario.requests("hub").count == 1)
        }
    }

    @Test("asks once for a long list and leaves out what is not wanted")
    func pages() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("practice/many", "--include", "part-2/*7.txt", "--exclude", "*/20*", "--dry-run", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "resolved" } == 40)
            #expect(await scenario.requests("hub").count == 1)
            #expect(await scenario.requests("hub", "/resolve/").isEmpty)
        }
    }

    @Test(
        "takes every kind of revision",
        arguments: [
            ("hf:practice/tiny@dev/dev-only.txt", ["dev-only.txt"]), ("hf:practice/tiny@refs/pr/1/config.json", ["config.json"]),
            ("hf:datasets/practice/data@refs/convert/parquet/default/", ["data/default/train/0000.parquet"]),
            ("hf:practice/tiny@v1/sub/", ["tiny/sub/dir/file.txt"]), ("HUB/practice/tiny/blob/dev/dev-only.txt", ["dev-only.txt"]),
            ("HUB/datasets/practice/data/resolve/refs%2Fconvert%2Fparquet/default/train/0000.parquet?download=true", ["0000.parquet"]),
            ("HUB/practice/tiny/tree/main/sub", ["tiny/sub/dir/file.txt"]),
            ("HUB/spaces/practice/space/raw/main/app.py", ["app.py"]), ("hf:spaces/practice/space", ["space/README.md", "space/app.py"]),
            ("hf:gpt-practice@main/config.json", ["config.json"]),
        ])
    func revisions(reference: String, files: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add(reference.replacingOccurrences(of: "HUB", with: scenario.at.hub)).expectSuccess()
            #expect(scenario.box.files == files)
        }
    }

    @Test(
        "names the nearest revision or path",
        arguments: [
            ("hf:practice/tiny@mian", "main"), ("hf:practice/tiny@V1", "v1"), ("hf:practice/tiny@refs/pr/2", "refs/pr/1"),
            ("hf:practice/tiny/confg.json", "config.json"), ("hf:practice/tiny/file.txt", "sub/dir/file.txt"),
        ])
    func near(reference: String, name: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add(reference)
            outcome.expectFailure(66)
            #expect(outcome.stderr.contains("the nearest are: ") && outcome.stderr.contains(name), "\(outcome.stderr)")
        }
    }

    @Test("works through a mirror that redirects and omits headers, without sending it the token", arguments: Engine.allCases)
    func mirror(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            var sparse = HubConfiguration.small
            sparse.omitsMetadata = true
            try await PracticeHub.withHub(sparse) { (real, at) async throws in
                var forwarding = HubConfiguration()
                forwarding.forwardsTo = at.hub
                try await PracticeHub.withHub(forwarding) { (mirror, entrance) async throws in
                    let outcome = try await scenario.add(
                        "practice/tiny", environment: ["HF_ENDPOINT": entrance.hub, "HF_TOKEN": "practice-hf-token"])
                    outcome.expectSuccess()
                    for path in ["config.json", "model.safetensors"] {
                        try scenario.expectFile("tiny/" + path, await real.hubFile("practice/tiny", path))
                    }
                    #expect(await mirror.requests().allSatisfy { $0.header("Authorization") != nil })
                    #expect(await real.requests().allSatisfy { $0.header("Authorization") == nil })
                }
            }
        }
    }

    @Test("goes on without a token that the Hub rejects where none is needed, and says so")
    func rejectedToken() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("hf:practice/tiny/config.json", environment: ["HF_TOKEN": "hf_old"])
            #expect(outcome.code == 0)
            #expect(outcome.stderr.contains("rejects the token from HF_TOKEN") && !outcome.stderr.contains("hf_old"))
        }
    }

    @Test("waits out an exhausted quota, showing it, and paces itself before")
    func quota() async throws {
        var configuration = HubConfiguration.small
        configuration.enforcesQuotas = true
        configuration.resolverQuota = 6
        configuration.quotaWindow = 3
        try await withScenario(.builtin, configuration) { scenario in
            let outcome = try await scenario.add("practice/tiny", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.name == "waiting" && $0["reason"]?.string == "rate_limited" })
            #expect(scenario.box.files.count == 5)
        }
    }
}
