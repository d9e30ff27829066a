import Foundation
import PracticeHub
import Testing

@Suite("Folders of other programs")
struct ProgramLayoutTests {
    static func fill(_ scenario: Scenario) async {
        for (index, name) in ["m-Q4_K_M.gguf", "Q8_0/m-Q8_0-00001-of-00002.gguf", "Q8_0/m-Q8_0-00002-of-00002.gguf"].enumerated() {
            await scenario.hub.addFile(
                NewFile(.hub, name: name, size: 200 << 10, seed: UInt64(700 + index), repository: "practice/quantised"))
        }
    }

    @Test("llama.cpp finds a quantisation in its cache: a top-level ref, a snapshot of that commit", arguments: Engine.allCases)
    func llamaCpp(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await Self.fill(scenario)
            let cache = ["LLAMA_CACHE": scenario.box.path("llama"), "HF_HUB_CACHE": scenario.box.path("hub")]
            let outcome = try await scenario.add("practice/quantised:Q4_K_M", "--layout", "llama.cpp", environment: cache)
            outcome.expectSuccess()
            let repo = "llama/models--practice--quantised"
            let commit = String(decoding: try #require(scenario.box.data("\(repo)/refs/main")), as: UTF8.self)
            #expect(scenario.box.exists("\(repo)/snapshots/\(commit)/m-Q4_K_M.gguf"))
            #expect(!scenario.box.exists("hub"))
            let again = try await scenario.add("practice/quantised:Q4_K_M", "--layout", "llama.cpp", "--json", environment: cache)
            #expect(try again.events().contains { $0.name == "skipped" })
            let plain = try await scenario.add("civitai:12344", "--layout", "llama.cpp", environment: cache)
            plain.expectSuccess()
            #expect(scenario.box.exists("practice-model-v09.safetensors"))
        }
    }

    @Test("LM Studio finds publisher, repo and file", arguments: Engine.allCases)
    func lmStudio(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await Self.fill(scenario)
            let outcome = try await scenario.add("practice/quantised:Q8_0", "--layout", "lmstudio")
            let folder = scenario.box.home + "/.lmstudio/models/practice/quantised/"
            #expect(outcome.code == 0 && outcome.stdout + "/" == folder.dropLast() + "\n/", "\(outcome.story)")
            for name in ["m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf"] {
                #expect(FileManager.default.fileExists(atPath: folder + name))
            }
            try await scenario.add(scenario.at.cdn + "/plain/practice.gguf", "--layout", "lmstudio", "-d", "studio").expectSuccess()
            #expect(scenario.box.exists("studio/local/practice/practice.gguf"), "\(scenario.box.files)")
            try await scenario.add("practice/quantised:Q8_0", "--layout", "lmstudio", "-o", "x.gguf").expectFailure(64)
        }
    }

    private struct Manifest: Decodable {
        struct Layer: Decodable {
            var digest: String
            var size: Int
        }
        var config: Layer
        var layers: [Layer]
    }

    /// As the server walks its store: every manifest's blobs are there, whole, of the right mode, and nothing else is.
    private func expectStore(_ scenario: Scenario, _ root: String, _ manifests: [String]) throws {
        let files = scenario.box.files.filter { $0.hasPrefix(root + "/") }
        #expect(Set(files.filter { $0.contains("/manifests/") }) == Set(manifests.map { "\(root)/manifests/\($0)" }), "\(files)")
        var named: Set<String> = []
        for path in manifests {
            let manifest = try JSONDecoder().decode(Manifest.self, from: try #require(scenario.box.data("\(root)/manifests/\(path)")))
            for layer in manifest.layers + [manifest.config] {
                let blob = "\(root)/blobs/" + layer.digest.replacingOccurrences(of: ":", with: "-")
                named.insert(blob)
                let data = try #require(scenario.box.data(blob), "\(blob) is not there: \(files)")
                #expect(data.count == layer.size)
                #expect(try scenario.box.mode(blob) == 0o644)
            }
        }
        #expect(Set(files.filter { $0.contains("/blobs/") }) == named)
    }

    @Test("Ollama finds a model in its store: every blob, and the registry's manifest byte for byte", arguments: Engine.allCases)
    func ollama(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await Self.fill(scenario)
            let store = ["OLLAMA_MODELS": scenario.box.path("store")]
            let outcome = try await scenario.add("ollama:practice:1b", "--layout", "ollama", environment: store)
            outcome.expectSuccess()
            let path = "registry.ollama.ai/library/practice/1b"
            #expect(outcome.lines == [scenario.box.path("store/manifests/" + path)])
            try expectStore(scenario, "store", [path])
            let model = scenario.hub.ollamaLayer("library/practice:1b", "model")
            #expect(scenario.box.exists("store/blobs/sha256-\(try #require(model).sha256)"))
            try await scenario.add("hf.co/practice/quantised:Q4_K_M", "--layout", "ollama", environment: store).expectSuccess()
            try expectStore(scenario, "store", [path, "hf.co/practice/quantised/Q4_K_M"])
            // What the server took away comes again, and no more.
            try FileManager.default.removeItem(atPath: scenario.box.path("store/manifests/" + path))
            let again = try await scenario.add("ollama:practice:1b", "--layout", "ollama", "--json", environment: store)
            #expect(try !again.events().contains { $0.name == "finished" })
            try expectStore(scenario, "store", [path, "hf.co/practice/quantised/Q4_K_M"])
        }
    }

    @Test(
        "Ollama's store takes nothing that no registry has",
        arguments: ["civitai:12344", "hf:practice/quantised/m-Q4_K_M.gguf", "hf:practice/quantised@v1:Q4_K_M"])
    func refused(reference: String) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add(reference, "--layout", "ollama", "-d", "store").expectFailure(64)
            try await scenario.add("ollama:nothing:1b", "--layout", "ollama", "-d", "store").expectFailure(66)
            let ofHub = try await scenario.add("hf.co/practice/nothing:Q4_K_M", "--layout", "ollama", "-d", "store")
            #expect(ofHub.stderr.contains("Hugging Face") && !ofHub.stderr.contains("ollama.com"), "\(ofHub.stderr)")
            #expect(!scenario.box.exists("store"))
        }
    }

    @Test("ComfyUI finds new files in the folder that its settings put first")
    func comfyUI() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(
                "big:\n  base_path: ../disk\n  is_default: true\n  checkpoints: models/ckpt\n", to: "UI/extra_model_paths.yaml")
            let arguments = ["add", "civitai:12344", "--layout", "comfyui", "-d", "UI"]
            try await scenario.run(arguments).expectSuccess()
            #expect(scenario.box.exists("disk/models/ckpt/practice-model-v09.safetensors"), "\(scenario.box.files)")
            try scenario.box.write("big:\n  checkpoints: [a]\n", to: "UI/extra_model_paths.yaml")
            try await scenario.run(arguments).expectFailure(78)
            try await scenario.add("civitai:12354", "--layout", "comfyui", "--type", "audio-encoder", "-d", "V").expectSuccess()
        }
    }

    @Test(
        "Bytes that are here already are not downloaded with --dedupe",
        arguments: [("reflink", false), ("hardlink", true)], Engine.allCases)
    func dedupe(row: (word: String, isLinked: Bool), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-cache", "-d", scenario.box.home + "/.cache/huggingface/hub")
                .expectSuccess()
            try await scenario.add("civitai:12344", "-d", "first").expectSuccess()
            await scenario.hub.resetRequests()
            let settings = ["FETCHCTL_DEDUPE": row.word, "FETCHCTL_DEDUPE_FOLDERS": scenario.box.path("first")]
            let outcome = try await scenario.add(
                "hf:practice/tiny/model.safetensors", "civitai:12344", "-d", "second", "--json", environment: settings)
            outcome.expectSuccess()
            let finished = try outcome.events().filter { $0.name == "finished" }
            #expect(
                finished.count == 2 && finished.allSatisfy { $0["engine"]?.string == "local" && $0["fetched_bytes"]?.int == 0 },
                "\(outcome.story)")
            #expect(await scenario.requests("cdn").isEmpty)
            try scenario.expectFile("second/model.safetensors", await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            let (one, other) = (
                try scenario.box.status("first/practice-model-v09.safetensors"),
                try scenario.box.status("second/practice-model-v09.safetensors")
            )
            #expect((one.st_ino == other.st_ino) == row.isLinked)
            // Which of the two happened is said, in one line each.
            let notes = try outcome.events().filter { $0.name == "warning" }.compactMap { $0["message"]?.string }
            let words = row.isLinked ? "was hard-linked" : "was (cloned|copied) "
            #expect(notes.count { $0.firstMatch(of: try! Regex("is on this machine already: .* \(words)")) != nil } == 2, "\(notes)")
            // A link to an unchanged file of our records needs no hash; a blob of the Hub's cache does.
            let verifying = try outcome.events().filter { $0.name == "verifying" }.compactMap { $0["path"]?.string }
            #expect(verifying.contains { $0.hasSuffix("v09.safetensors") } == !row.isLinked, "\(outcome.story)")
            #expect(try await scenario.add("civitai:12344", "-d", "second", "--json").events().contains { $0.name == "skipped" })
        }
    }

    @Test("A copy whose bytes were changed is not taken")
    func damaged() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "first").expectSuccess()
            var data = try #require(scenario.box.data("first/practice-model-v09.safetensors"))
            data[data.count - 1] ^= 1
            try scenario.box.write(data, to: "first/practice-model-v09.safetensors")
            try await scenario.add(
                "civitai:12344", "--dedupe", "-d", "second", environment: ["FETCHCTL_DEDUPE_FOLDERS": scenario.box.path("first")]
            ).expectSuccess()
            try scenario.expectFile("second/practice-model-v09.safetensors", await scenario.hub.civitaiFile(12344))
        }
    }
}
