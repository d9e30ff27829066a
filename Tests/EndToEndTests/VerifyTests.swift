import Foundation
import PracticeHub
import Testing

@Suite("fetchctl verify")
struct VerifyTests {
    @Test("reads what was fetched, and sends no request")
    func good() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "-d", "t").expectSuccess()
            await scenario.forgetRequests()
            for item in ["t", "t/model.safetensors", "t/sub"] {
                let outcome = try await scenario.run(["verify", item])
                outcome.expectSuccess()
                #expect(outcome.lines.count == (item == "t" ? 5 : 1))
            }
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test("is 65 for other bytes of the same size and time, and 66 for a file that is gone")
    func bad() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "-d", "t").expectSuccess()
            let path = scenario.box.path("t/config.json")
            let modified = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
            var data = try #require(scenario.box.data("t/config.json"))
            data[3] ^= 1
            try data.write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.modificationDate: modified as Any], ofItemAtPath: path)
            let other = try await scenario.run(["verify", "t", "--json"])
            #expect(other.code == 65)
            let failed = try other.event("failed")
            #expect(failed["kind"]?.string == "checksum")
            #expect(failed["path"]?.string == path)
            #expect(try other.events().filter { $0.name == "verified" }.count == 4)
            try FileManager.default.removeItem(atPath: path)
            let gone = try await scenario.run(["verify", "t"])
            gone.expectFailure(66)
            #expect(gone.stderr.contains("-o \(path)"))
        }
    }

    @Test("reports only a blob that a snapshot still links in a cache from which huggingface_hub removed a revision")
    func pruned() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-cache", "-d", "hub").expectSuccess()
            let folder = try #require(try await scenario.add("practice/tiny", "--layout", "hf-cache", "-d", "hub").lines.first)
            let blob = URL(fileURLWithPath: folder + "/config.json").resolvingSymlinksInPath().path
            try FileManager.default.removeItem(atPath: blob)
            try await scenario.run(["verify", "hub"]).expectFailure(66)
            try FileManager.default.removeItem(atPath: folder + "/config.json")
            let outcome = try await scenario.run(["verify", "hub"])
            outcome.expectSuccess()
            #expect(outcome.lines.count == 4)
        }
    }

    @Test("names the command that repairs a file within its layout", arguments: ["hf-cache", "hf-local"])
    func remedy(layout: String) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", layout, "-d", "with space").expectSuccess()
            let folder = try #require(try await scenario.add("practice/tiny", "--layout", layout, "-d", "with space").lines.first)
            let file = URL(fileURLWithPath: folder + "/config.json").resolvingSymlinksInPath().path
            let size = try #require(FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
            try String(repeating: "x", count: size).write(toFile: file, atomically: false, encoding: .utf8)
            for arguments in [["with space"], ["hf:practice/tiny", "--layout", layout, "-d", "with space"]] {
                let outcome = try await scenario.run(["verify"] + arguments)
                outcome.expectFailure(65)
                #expect(
                    outcome.stderr.contains("/config.json --layout \(layout) -d '\(scenario.box.path("with space"))'"), "\(outcome.stderr)")
            }
        }
    }

    @Test("compares with the source what a reference names, wherever it came from")
    func reference() async throws {
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "config.json"))
            try scenario.box.write(content.data, to: "d/config.json")
            let one = try await scenario.run(["verify", "hf:practice/tiny/config.json", "-d", "d", "--json"])
            one.expectSuccess()
            #expect(try one.event("verified")["algorithm"]?.string == "git-sha1")
            try scenario.box.write("other", to: "d/config.json")
            try await scenario.run(["verify", "hf:practice/tiny/config.json", "-d", "d"]).expectFailure(65)
            try await scenario.run(["verify", "hf:practice/tiny", "-d", "d", "--include", "*.safetensors"]).expectFailure(66)
            try await scenario.run(["verify", "civitai:12345", "-d", "d"]).expectFailure(66)
            // None of which is a download.
            #expect(await scenario.hub.civitaiDownloads(12345) == 0)
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test("takes what exists for a path, and says when nothing is known of it")
    func unknown() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("{}", to: "practice/tiny/config.json")
            let outcome = try await scenario.run(["verify", "practice/tiny"])
            outcome.expectFailure(66)
            #expect(outcome.stderr.contains("nothing is known"))
            #expect(await scenario.hub.requests().isEmpty)
            try await scenario.run(["verify"]).expectFailure(64)
            try await scenario.run(["verify", "no such thing"]).expectFailure(64)
        }
    }

    @Test("knows a cache by its blobs' names, and finds the one that is missing or damaged")
    func cache() async throws {
        try await withScenario(.builtin) { scenario in
            let cache = ["HF_HUB_CACHE": scenario.box.path("hub")]
            try await scenario.add("practice/tiny", "--layout", "hf-cache", environment: cache).expectSuccess()
            await scenario.forgetRequests()
            let good = try await scenario.run(["verify", "hub"], environment: cache)
            good.expectSuccess()
            #expect(good.lines.count == 5)
            #expect(await scenario.hub.requests().isEmpty)
            let online = try await scenario.run(["verify", "practice/tiny", "--layout", "hf-cache"], environment: cache)
            online.expectSuccess()
            #expect(online.lines.count == 5)
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            let blob = "hub/models--practice--tiny/blobs/\(content.sha256)"
            var data = try #require(scenario.box.data(blob))
            data[1_000_000] ^= 1
            try data.write(to: URL(fileURLWithPath: scenario.box.path(blob)))
            try await scenario.run(["verify", "hub"], environment: cache).expectFailure(65)
            try await scenario.run(["verify", "practice/tiny", "--layout", "hf-cache"], environment: cache).expectFailure(65)
            try FileManager.default.removeItem(atPath: scenario.box.path(blob))
            let gone = try await scenario.run(["verify", "hub"], environment: cache)
            gone.expectFailure(66)
            #expect(Complaint.all(in: gone.stderr).count == 1)
        }
    }

    @Test("knows a local folder of huggingface_hub by its metadata, and a model by the shards that its index names")
    func localFolder() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "l").expectSuccess()
            try FileManager.default.removeItem(atPath: scenario.box.path("l/.cache/huggingface/fetchctl"))
            try await scenario.run(["verify", "l"]).expectSuccess()
            try scenario.box.write(
                #"{"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}"#, to: "l/model.safetensors.index.json")
            let outcome = try await scenario.run(["verify", "l"])
            outcome.expectFailure(66)
            #expect(outcome.stderr.contains("model-2.safetensors"))
        }
    }
}
