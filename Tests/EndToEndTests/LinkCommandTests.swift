import Foundation
import PracticeHub
import Testing

@Suite("fetchctl link")
struct LinkCommandTests {
    @Test(
        "puts a file where a program looks, says how, and downloads nothing",
        arguments: [
            ("lmstudio", "local/practice-model-v09/practice-model-v09.safetensors"), ("plain", "practice-model-v09.safetensors"),
            ("comfyui", "models/checkpoints/practice-model-v09.safetensors"),
        ])
    func path(row: (layout: String, path: String)) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "first").expectSuccess()
            await scenario.hub.resetRequests()
            let arguments = ["link", "first/practice-model-v09.safetensors", "--layout", row.layout, "-d", "second", "--json"]
            let outcome = try await scenario.run(arguments)
            outcome.expectSuccess()
            let linked = try outcome.event("linked")
            #expect(["reflink", "hardlink"].contains(linked["how"]?.string ?? ""))
            #expect(linked["path"]?.string == scenario.box.path("second/" + row.path))
            try scenario.expectFile("second/" + row.path, await scenario.hub.civitaiFile(12344))
            #expect(await scenario.hub.requests().isEmpty)
            #expect(try await scenario.run(arguments).events().contains { $0.name == "skipped" })
        }
    }

    @Test("makes symbolic links and copies when asked", arguments: [("--symlink", "symlink"), ("--copy", "copy")])
    func chosen(row: (option: String, how: String)) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "first").expectSuccess()
            let outcome = try await scenario.run([
                "link", "first/practice-model-v09.safetensors", "--layout", "plain", "-d", "second", row.option, "--json",
            ])
            #expect(try outcome.event("linked")["how"]?.string == row.how)
            let (one, other) = (
                try scenario.box.status("first/practice-model-v09.safetensors"),
                try scenario.box.status("second/practice-model-v09.safetensors")
            )
            #expect(one.st_ino != other.st_ino)
            #expect((other.st_mode & S_IFMT == S_IFLNK) == (row.how == "symlink"))
        }
    }

    @Test("finds a reference's files in the Hub's cache, and lays them out as llama.cpp and Ollama want them")
    func reference() async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFile(NewFile(.hub, name: "m-Q4_K_M.gguf", size: 200 << 10, seed: 71, repository: "practice/quantised"))
            try await scenario.add("practice/quantised:Q4_K_M", "--layout", "hf-cache").expectSuccess()
            await scenario.hub.resetRequests()
            let cache = ["LLAMA_CACHE": scenario.box.path("llama")]
            try await scenario.run(["link", "practice/quantised:Q4_K_M", "--layout", "llama.cpp"], environment: cache).expectSuccess()
            #expect(scenario.box.exists("llama/models--practice--quantised/refs/main"))
            #expect(scenario.box.files.contains { $0.hasSuffix("/m-Q4_K_M.gguf") && $0.hasPrefix("llama/") })
            #expect(await scenario.requests("cdn").isEmpty)
            let missing = try await scenario.run(["link", "practice/tiny", "--layout", "lmstudio", "-d", "studio"])
            missing.expectFailure(66)
            try await scenario.run(["link", "civitai:12344", "--layout", "ollama"]).expectFailure(64)
        }
    }

    @Test("across file systems is 73 and names both ways out")
    func acrossDisks() async throws {
        try await withScenario(.builtin) { scenario in
            let other = "/dev/shm/fetchctl-link-\(UUID().uuidString)"
            var (one, two) = (stat(), stat())
            guard stat("/dev/shm", &one) == 0, stat(scenario.box.work, &two) == 0, one.st_dev != two.st_dev else {
                try Test.cancel("there is no second file system")
            }
            defer { try? FileManager.default.removeItem(atPath: other) }
            let path = try scenario.box.write("bytes", to: "m.gguf")
            let outcome = try await scenario.run(["link", path, "--layout", "plain", "-d", other])
            outcome.expectFailure(73)
            #expect(outcome.stderr.contains("--symlink") && outcome.stderr.contains("--copy"))
            try await scenario.run(["link", path, "--layout", "plain", "-d", other, "--copy"]).expectSuccess()
        }
    }
}
