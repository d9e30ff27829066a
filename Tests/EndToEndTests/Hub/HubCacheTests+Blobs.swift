import Foundation
import PracticeHub
import Testing

/// Blobs are resumed, shared and locked.
extension HubCacheTests {
    @Test("keeps a partial among the blobs under our names, and resumes it", arguments: Engine.allCases)
    func partials(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 4)) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            let folder = Self.folder(scenario, "models--practice--one")
            let part = "\(folder)/blobs/\(content.sha256).fetchctl-part"
            let running = try await scenario.start("practice/one", "--layout", "hf-cache", "-x", "2")
            let record = "../home/.cache/huggingface/hub/models--practice--one/blobs/\(content.sha256)"
            try await scenario.waitUntilRecorded(4 << 20, of: record)
            running.send(SIGKILL)
            _ = await running.end()
            #expect(FileManager.default.fileExists(atPath: part))
            #expect(!Self.names("\(folder)/blobs").contains { $0.hasSuffix(".incomplete") || $0 == content.sha256 })
            // What huggingface_hub writes before the first file is there, and nothing of ours is in the cache's root.
            #expect(FileManager.default.fileExists(atPath: "\(folder)/refs/main"))
            #expect(Self.names(scenario.hubCache) == [".locks", "CACHEDIR.TAG", "models--practice--one"])
            let outcome = try await scenario.add("practice/one", "--layout", "hf-cache", "--json")
            outcome.expectSuccess()
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 4 << 20)
            #expect(Self.names("\(folder)/blobs") == [content.sha256])
            #expect(content.isSame(as: FileManager.default.contents(atPath: "\(folder)/blobs/\(content.sha256)")))
        }
    }

    @Test("fetches bytes that a repo has twice once, and shows them under both paths", arguments: Engine.allCases)
    func twins(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            for name in ["one.safetensors", "deep/two.safetensors"] {
                await scenario.hub.addFile(NewFile(.hub, name: name, size: 2 << 20, repository: "practice/twins"))
            }
            let outcome = try await scenario.add("practice/twins", "--layout", "hf-cache", "--json")
            outcome.expectSuccess()
            let fetched = try #require(try outcome.event("summary")["fetched_bytes"]?.int)
            #expect(fetched >= 2 << 20 && fetched < 4 << 20)
            let snapshots = Self.folder(scenario, "models--practice--twins") + "/snapshots"
            let snapshot = "\(snapshots)/\(try #require(Self.names(snapshots).first))"
            let content = try #require(await scenario.hub.hubFile("practice/twins", "one.safetensors"))
            for name in ["one.safetensors", "deep/two.safetensors"] {
                #expect(content.isSame(as: FileManager.default.contents(atPath: "\(snapshot)/\(name)")))
            }
        }
    }

    @Test("waits for huggingface_hub where that is fetching the same blob")
    func locks() async throws {
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            let locks = scenario.hubCache + "/.locks/models--practice--tiny"
            try FileManager.default.createDirectory(atPath: locks, withIntermediateDirectories: true)
            let descriptor = open("\(locks)/\(content.sha256).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
            try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            let reference = "hf:practice/tiny/model.safetensors"
            let impatient = try await scenario.add(reference, "--layout", "hf-cache", "--wait", "0.2", "--json")
            impatient.expectFailure(75, kind: "locked")
            let running = try await scenario.start(reference, "--layout", "hf-cache", "--json")
            try await running.expectEvent("waiting") { $0["reason"]?.string == "locked" }
            #expect(await scenario.bytesServed() == 0)
            close(descriptor)
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.name == "finished" })
        }
    }

    @Test("reads a blob through the store that all repos share, and never writes through to it")
    func sharedStore() async throws {
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            let hash = String(repeating: "ab", count: 32)
            let store = scenario.hubCache + "/blobs"
            let blobs = Self.folder(scenario) + "/blobs"
            for path in [store + "/ab", blobs] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
            try "1\n".write(toFile: store + "/.huggingface-shared-blobs", atomically: true, encoding: .utf8)
            try content.data.write(to: URL(fileURLWithPath: "\(store)/ab/\(hash)"))
            symlink("../../blobs/ab/\(hash)", "\(blobs)/\(content.sha256)")
            let reference = "hf:practice/tiny/model.safetensors"
            let found = try await scenario.add(reference, "--layout", "hf-cache", "--json")
            found.expectSuccess()
            #expect(try found.events().contains { $0.name == "skipped" })
            // Damaged, it is replaced here, and left as it is there.
            try Data(count: Int(content.size)).write(to: URL(fileURLWithPath: "\(store)/ab/\(hash)"))
            let mended = try await scenario.add(reference, "--layout", "hf-cache", "--json")
            mended.expectSuccess()
            // Whole; on a busy machine a slow connection's rest is fetched twice.
            let fetched = try mended.event("finished")["fetched_bytes"]?.int ?? 0
            #expect(fetched >= content.size, "\(mended.story)")
            #expect(content.isSame(as: FileManager.default.contents(atPath: "\(blobs)/\(content.sha256)")))
            #expect(FileManager.default.contents(atPath: "\(store)/ab/\(hash)") == Data(count: Int(content.size)))
        }
    }
}
