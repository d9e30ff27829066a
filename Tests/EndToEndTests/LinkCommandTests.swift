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
            let dry = try await scenario.run(arguments + ["--dry-run"])
            dry.expectSuccess()
            #expect(try dry.event("would_link")["path"]?.string == scenario.box.path("second/" + row.path))
            #expect(!scenario.box.exists("second"))
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

    @Test("takes nothing that is not what was downloaded")
    func refused() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/one/model.safetensors", "-d", "first").expectSuccess()
            var data = try #require(scenario.box.data("first/model.safetensors"))
            data[data.startIndex + 4000] ^= 1
            try scenario.box.write(data, to: "first/model.safetensors")
            try scenario.box.write("half", to: "half/model.gguf.fetchctl-part")
            try scenario.box.write("text", to: "empty/notes.txt")
            for (item, code) in [("first/model.safetensors", Int32(65)), ("half/model.gguf.fetchctl-part", 64), ("empty", 66)] {
                let outcome = try await scenario.run(["link", item, "--layout", "hf-cache", "-d", "second"])
                outcome.expectFailure(code)
                #expect(!scenario.box.exists("second"), "\(item)")
            }
        }
    }

    @Test("leaves a file that others may not read as it is: Ollama's store gets a copy, or nothing")
    func privateFile() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("ollama:practice:1b", "--layout", "ollama", "-d", "one").expectSuccess()
            let blobs = scenario.box.files.filter { $0.hasPrefix("one/blobs/") }
            for blob in blobs { chmod(scenario.box.path(blob), 0o600) }
            let environment = ["OLLAMA_MODELS": scenario.box.path("one")]
            let link = ["link", "ollama:practice:1b", "--layout", "ollama", "-d", "two"]
            let linked = try await scenario.run(link, environment: environment)
            // A file system with shared blocks gives the store files of its own.
            if linked.code != 0 { #expect(linked.code == 73 && linked.stderr.contains("same mode"), "\(linked.stderr)") }
            try await scenario.run(link + ["--copy"], environment: environment).expectSuccess()
            for blob in blobs { #expect(try scenario.box.status(blob).st_mode & 0o777 == 0o600, "\(blob)") }
            for blob in scenario.box.files where blob.hasPrefix("two/blobs/") {
                #expect(try scenario.box.status(blob).st_mode & 0o777 == 0o644, "\(blob)")
            }
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
            #expect(!scenario.box.exists("studio"))
            let store = try await scenario.run(["link", "practice/quantised:Q4_K_M", "--layout", "ollama", "-d", "store"])
            store.expectFailure(66)
            #expect(!scenario.box.exists("store"))
            try await scenario.run(["link", "civitai:12344", "--layout", "ollama"]).expectFailure(64)
        }
    }

    /// Where a program has a file: the layout that put it there, its folder where the command names one, and what says where it is.
    private static let programs: [(layout: String, folder: String?, variable: String?)] = [
        ("lmstudio", nil, nil), ("llama.cpp", nil, "LLAMA_CACHE"), ("ollama", nil, "OLLAMA_MODELS"), ("comfyui", "ComfyUI", nil),
        ("comfyui", "stable-diffusion-webui", nil), ("comfyui", "apart", "COMFYUI_PATH"), ("hf-cache", nil, nil),
        // A folder of ours below the default one.
        ("plain", "../work/ours", nil),
    ]

    @Test("finds a reference's files in every program's folder, as --dedupe does", arguments: programs.indices)
    func otherPrograms(index: Int) async throws {
        let row = Self.programs[index]
        try await withScenario(.builtin) { scenario in
            let place = row.folder.map { scenario.box.home + "/" + $0 } ?? scenario.box.path("theirs")
            let environment = row.variable.map { [$0: place] } ?? [:]
            await scenario.hub.addFile(NewFile(.hub, name: "m-Q4_K_M.gguf", size: 200 << 10, seed: 71, repository: "practice/quantised"))
            let reference = "practice/quantised:Q4_K_M"
            try await scenario.run(
                ["add", reference, "--layout", row.layout, "--type", "checkpoint"] + (row.folder == nil ? [] : ["-d", place]),
                environment: environment
            ).expectSuccess()
            await scenario.hub.resetRequests()
            let outcome = try await scenario.run(
                ["link", reference, "--layout", "plain", "-d", "mine", "--json"], environment: environment)
            outcome.expectSuccess()
            #expect(["reflink", "hardlink"].contains(try outcome.event("linked")["how"]?.string ?? ""))
            let taken = try await scenario.add(reference, "--dedupe", "-d", "other", "--json", environment: environment)
            taken.expectSuccess()
            #expect(try taken.event("finished")["engine"]?.string == "local", "\(taken.story)")
            #expect(await scenario.requests("cdn").isEmpty)
            let content = await scenario.hub.hubFile("practice/quantised", "m-Q4_K_M.gguf")
            for folder in ["mine", "other"] { try scenario.expectFile(folder + "/m-Q4_K_M.gguf", content) }
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
