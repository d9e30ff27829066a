import Foundation
import PracticeHub
import Testing

@Suite("With HF_HUB_OFFLINE")
struct HubOfflineTests {
    private static let offline = ["HF_HUB_OFFLINE": "1"]

    @Test(
        "complete files are reported, and no request is sent to the Hub",
        arguments: [["--layout", "hf-cache"], ["--layout", "hf-local"], []])
    func whole(layout: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let online = try await scenario.run(["add", "practice/tiny"] + layout)
            online.expectSuccess()
            await scenario.forgetRequests()
            for arguments in [layout, layout + ["--include", "*.json"]] {
                let outcome = try await scenario.run(["add", "practice/tiny"] + arguments, environment: Self.offline)
                outcome.expectSuccess()
                #expect(outcome.stdout == online.stdout)
                #expect(!outcome.stderr.contains("cannot be told"), "\(outcome.stderr)")
            }
            let folder = try await scenario.run(["add", "hf:practice/tiny/sub/dir/", "--json"] + layout, environment: Self.offline)
            #expect(try folder.events().count { $0.name == "skipped" } == 1)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test("what lacks a file is 69 and names it", arguments: [["--layout", "hf-cache"], ["--layout", "hf-local"], []])
    func incomplete(layout: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let online = try await scenario.run(["add", "practice/tiny"] + layout)
            let folder = try #require(online.lines.first)
            try FileManager.default.removeItem(atPath: folder + "/config.json")
            if layout.last == "hf-cache" {
                // The link alone is made again from its blob.
                let outcome = try await scenario.run(["add", "practice/tiny"] + layout, environment: Self.offline)
                outcome.expectSuccess()
                #expect(FileManager.default.fileExists(atPath: folder + "/config.json"))
                let blob = URL(fileURLWithPath: folder + "/config.json").resolvingSymlinksInPath().path
                try FileManager.default.removeItem(atPath: blob)
            }
            let outcome = try await scenario.run(["add", "practice/tiny"] + layout, environment: Self.offline)
            outcome.expectFailure(69)
            #expect(outcome.stderr.contains("config.json") && outcome.stderr.contains("HF_HUB_OFFLINE"))
            // What is wanted may be whole all the same.
            try await scenario.run(["add", "practice/tiny", "--exclude", "config.json"] + layout, environment: Self.offline).expectSuccess()
            try await scenario.run(["add", "practice/one"] + layout, environment: Self.offline).expectFailure(69)
        }
    }

    @Test("an updated folder is whole by its new commit's list")
    func updated() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny").expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"new\": 1}\n", repository: "practice/tiny"))
            try await scenario.add("practice/tiny").expectSuccess()
            let outcome = try await scenario.run(["add", "practice/tiny"], environment: Self.offline)
            outcome.expectSuccess()
            #expect(!outcome.stderr.contains("cannot be told"), "\(outcome.stderr)")
        }
    }

    @Test("info tells of what the cache has, and logins are not asked about")
    func looking() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.run(["info", "practice/tiny"], environment: Self.offline).expectFailure(69)
            try await scenario.add("practice/tiny", "--layout", "hf-cache").expectSuccess()
            await scenario.forgetRequests()
            let info = try await scenario.run(["info", "practice/tiny"], environment: Self.offline)
            info.expectSuccess()
            #expect(info.stdout.contains("config.json") && info.stdout.contains("snapshots"), "\(info.stdout)")
            let whoami = try await scenario.run(["whoami", "hf"], environment: ["HF_HUB_OFFLINE": "1", "HF_TOKEN": "hf_x"])
            whoami.expectFailure(69)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test("single files are found by their records, each where it was put")
    func singleFiles() async throws {
        try await withScenario(.builtin) { scenario in
            let reference = "hf:practice/tiny/sub/dir/file.txt"
            for layout in [["--layout", "hf-cache"], ["--layout", "hf-local"], []] {
                let online = try await scenario.run(["add", reference] + layout)
                online.expectSuccess()
                let outcome = try await scenario.run(["add", reference] + layout, environment: Self.offline)
                outcome.expectSuccess()
                #expect(outcome.stdout == online.stdout)
                try await scenario.run(["add", "hf:practice/tiny/config.json"] + layout, environment: Self.offline).expectFailure(69)
            }
        }
    }

    @Test("what huggingface_hub downloaded is there too, read once", arguments: HubPeer.allCases)
    func theirs(peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            #expect(try await scenario.hf(peer, "download", "practice/tiny").code == 0)
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--json", environment: Self.offline)
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "verifying" } == 5)
            // Only the newest keeps the commit's list.
            let told = try outcome.events().contains { $0["kind"]?.string == "offline" }
            #expect(told == (peer != .newest))
            let again = try await scenario.add("practice/tiny", environment: Self.offline)
            again.expectFailure(69)
            #expect(again.stderr.contains("--layout hf-cache"))
        }
    }
}
