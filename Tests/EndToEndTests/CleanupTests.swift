import Foundation
import PracticeHub
import Testing

@Suite("fetchctl cleanup")
struct CleanupTests {
    /// A partial as a run leaves it that was killed.
    private func leave(_ scenario: Scenario) async throws {
        let running = try await scenario.start("civitai:12345", "-x", "2")
        try await scenario.waitUntilRecorded(1 << 20, of: "practice-model.safetensors")
        running.send(SIGKILL)
        _ = await running.end()
    }

    @Test("lists what a killed run left, and removes it only when told to")
    func ours() async throws {
        try await withScenario(.builtin, .paced(24, seconds: 12)) { scenario in
            try await leave(scenario)
            let list = try await scenario.run(["cleanup"])
            list.expectSuccess()
            #expect(list.stdout.contains("practice-model.safetensors") && list.stdout.contains("civitai:6789@12345"), "\(list.stdout)")
            #expect(list.stderr.contains("--yes"))
            let object = try await scenario.run(["cleanup", ".", "--json"]).event("leftover")
            #expect(object["path"]?.string == scenario.box.path("practice-model.safetensors"))
            #expect(object["removed"] == .bool(false))
            #expect((object["size"]?.int ?? 0) >= 1 << 20)
            #expect(scenario.box.hasPartial("practice-model.safetensors"))
            let done = try await scenario.run(["cleanup", "practice-model.safetensors", "--yes"])
            done.expectSuccess()
            #expect(done.stderr.contains("freed"))
            #expect(scenario.box.allFiles.isEmpty)
            let nothing = try await scenario.run(["cleanup"])
            nothing.expectSuccess()
            #expect(nothing.stdout.isEmpty)
        }
    }

    @Test("takes the folder of links beside a partial with it, and not what the links lead to", arguments: [true, false])
    func fleet(hasPartial: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let partial = "m/model.bin.fetchctl-part"
            if hasPartial { try scenario.box.write("half", to: partial) }
            let other = try scenario.box.write("mine", to: "other.bin")
            try scenario.box.write("x", to: partial + ".fleet/deep/link.fetchctl-part")
            try FileManager.default.linkItem(atPath: other, toPath: scenario.box.path(partial + ".fleet/hard"))
            try FileManager.default.createSymbolicLink(atPath: scenario.box.path(partial + ".fleet/soft"), withDestinationPath: other)
            let list = try await scenario.run(["cleanup", "--json"])
            #expect(try list.lines.compactMap { try JSONValue(parsing: $0)["path"]?.string } == [scenario.box.path("m/model.bin")])
            try await scenario.run(["cleanup", "--yes"]).expectSuccess()
            #expect(scenario.box.allFiles == ["other.bin"])
            #expect(!scenario.box.exists(partial + ".fleet"))
            #expect(scenario.box.data("other.bin") == Data("mine".utf8))
        }
    }

    @Test("keeps files that another process is fetching", arguments: Engine.allCases)
    func busy(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 12)) { scenario in
            let running = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(1 << 20, of: "practice-model.safetensors")
            let outcome = try await scenario.run(["cleanup", "--yes"])
            outcome.expectSuccess()
            #expect(outcome.stdout.isEmpty)
            #expect(scenario.box.hasPartial("practice-model.safetensors"))
            running.send(SIGTERM)
            #expect(await running.end().code == 143)
        }
    }

    @Test("finds what huggingface_hub left when asked, unless it is locked, or fresh and no lock tells")
    func hub() async throws {
        try await withScenario(.builtin) { scenario in
            let etag = String(repeating: "ab", count: 32)
            let blob = try scenario.box.write("half", to: "hub/models--a--b/blobs/\(etag).0123abcd.incomplete")
            let lock = try scenario.box.write("", to: "hub/.locks/models--a--b/\(etag).lock")
            let local = try scenario.box.write("half", to: "l/.cache/huggingface/download/x.\(etag).0123abcd.incomplete")
            try scenario.box.write("mine", to: "notes.incomplete")
            func find() async throws -> [String] {
                let outcome = try await scenario.run(["cleanup", "hub", "l", ".", "--hub", "--json"])
                outcome.expectSuccess()
                return try outcome.lines.compactMap { try JSONValue(parsing: $0)["path"]?.string }
            }
            // The lock beside the blob is free: no process works on it. Nothing says so of the other.
            #expect(try await find() == [blob])
            let told = try await scenario.run(["cleanup", "l", "--hub"])
            #expect(told.stdout.isEmpty && told.stderr.contains("left alone"), "\(told.stderr)")
            let past = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -3600)]
            for path in [blob, local] { try FileManager.default.setAttributes(past, ofItemAtPath: path) }
            #expect(try await find() == [blob, local])
            let held = open(lock, O_RDWR | O_CLOEXEC)
            #expect(flock(held, LOCK_EX) == 0)
            #expect(try await find() == [local])
            close(held)
            #expect(try await scenario.run(["cleanup", "--json"]).events().map(\.name) == ["summary"])
            let done = try await scenario.run(["cleanup", "--hub", "--yes"], environment: ["HF_HUB_CACHE": scenario.box.path("hub")])
            done.expectSuccess()
            #expect(scenario.box.allFiles == ["hub/.locks/models--a--b/\(etag).lock", "notes.incomplete"])
        }
    }

    @Test("searches the cache of huggingface_hub by default, and prints the whole command")
    func cache() async throws {
        try await withScenario(.builtin) { scenario in
            let partial = "hub/models--a--b/blobs/\(String(repeating: "ab", count: 32)).fetchctl-part"
            try scenario.box.write("half", to: partial)
            let environment = ["HF_HUB_CACHE": scenario.box.path("hub")]
            try scenario.box.write("x", to: "it's/y")
            let elsewhere = try await scenario.run(["cleanup", "it's", "--hub"], environment: environment)
            #expect(elsewhere.stderr.contains("nothing"))
            let list = try await scenario.run(["cleanup"], environment: environment)
            #expect(list.stdout.contains("fetchctl-part") == false && list.stdout.contains("models--a--b"), "\(list.stdout)")
            let named = try await scenario.run(["cleanup", "hub", "it's", "--hub"])
            #expect(named.stderr.contains("fetchctl cleanup hub 'it'\\''s' --hub --yes"), "\(named.stderr)")
            try await scenario.run(["cleanup", "--yes"], environment: environment).expectSuccess()
            #expect(scenario.box.allFiles == ["it's/y"])
        }
    }

    @Test("of a place that is not there is 66")
    func missing() async throws {
        try await withScenario(.builtin) { scenario in try await scenario.run(["cleanup", "nowhere"]).expectFailure(66) }
    }
}
