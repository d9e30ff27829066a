import Foundation
import PracticeHub
import Testing

/// These commands change nothing: they report what differs, and what is in the list.
extension ListTests {
    @Test("tells with --check what differs, a line each, and exits with 1")
    func check() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write(PracticeList.text, to: "one/models.toml")
            let before = try await scenario.list("sync", in: "one", "--check")
            #expect(before.code == 1 && before.lines.count == 3 && before.lines.allSatisfy { $0.hasPrefix("missing  ") })
            try await scenario.list("sync", in: "one").expectSuccess()
            let same = try await scenario.list("sync", in: "one", "--check")
            same.expectSuccess()
            #expect(same.stdout.isEmpty)
            // One is missing, one has other bytes, one has other bytes of the same size and time.
            try FileManager.default.removeItem(atPath: scenario.box.path("one/models/repo/config.json"))
            try scenario.box.write("changed", to: "one/models/checkpoints/practice-model.safetensors")
            let silent = scenario.box.path("one/models/e/embedding.safetensors")
            var times = timespec()
            try Self.flip(silent, keeping: &times)
            await scenario.forgetRequests()
            let fast = try await scenario.list("sync", in: "one", "--check")
            #expect(fast.code == 1)
            #expect(fast.lines == ["changed  models/checkpoints/practice-model.safetensors", "missing  models/repo/config.json"])
            let thorough = try await scenario.list("sync", in: "one", "--check", "--verify", "--json")
            #expect(thorough.code == 1)
            let differences = try thorough.events().filter { $0.name == "difference" }
            #expect(
                Set(differences.compactMap { $0["path"]?.string })
                    == Set(
                        ["checkpoints/practice-model.safetensors", "repo/config.json", "e/embedding.safetensors"].map {
                            scenario.box.path("one/models/\($0)")
                        }))
            let summary = try thorough.event("summary")
            #expect(summary["code"]?.int == 1 && summary["changed"]?.int == 3)
            #expect(await scenario.hub.requests().isEmpty)
            // What a person changed is not replaced without being told to.
            let refused = try await scenario.list("sync", in: "one")
            refused.expectFailure(73)
            #expect(refused.stderr.contains("base"))
            #expect(scenario.box.data("one/models/checkpoints/practice-model.safetensors") == Data("changed".utf8))
            try await scenario.list("sync", in: "one", "--force").expectSuccess()
            try await scenario.list("sync", in: "one", "--check", "--verify").expectSuccess()
        }
    }

    /// Changes a byte of a file without changing its size or its time.
    private static func flip(_ path: String, keeping times: inout timespec) throws {
        var status = stat()
        try #require(stat(path, &status) == 0)
        var data = try #require(FileManager.default.contents(atPath: path))
        data[data.count - 1] ^= 1
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        _ = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        let stamps = [status.st_atim, status.st_mtim]
        _ = futimens(descriptor, stamps)
    }

    @Test("shows its models, files and sizes, locked or not")
    func tree() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write(PracticeList.text, to: "one/models.toml")
            let before = try await scenario.list("tree", in: "one")
            before.expectSuccess()
            #expect(before.stdout.contains("base  civitai:12345  (not locked)"))
            try await scenario.list("lock", in: "one").expectSuccess()
            await scenario.forgetRequests()
            let after = try await scenario.list("tree", in: "one")
            after.expectSuccess()
            #expect(after.stdout.contains("models/repo/weights/model.safetensors  3.0 MiB"))
            let json = try await scenario.list("tree", in: "one", "--json")
            json.expectSuccess()
            EventShape.expectGoodForm(try json.events())
            #expect(try json.events().count == 5)
            #expect(try json.event("summary")["changed"]?.int == 0)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }
}
