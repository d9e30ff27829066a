import Foundation
import PracticeHub
import Testing

@Suite("A UI's folders")
struct UILayoutTests {
    @Test(
        "take what CivitAI knows the type of",
        arguments: [
            ("comfyui", ["models/checkpoints/practice-model-v09.safetensors", "models/embeddings/practice-embedding.safetensors"]),
            ("a1111", ["models/Stable-diffusion/practice-model-v09.safetensors", "embeddings/practice-embedding.safetensors"]),
        ], Engine.allCases)
    func civitai(row: (layout: String, paths: [String]), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let arguments = ["add", "civitai:12344", "civitai:12354", "--layout", row.layout, "-d", "UI", "--json"]
            let outcome = try await scenario.run(arguments)
            outcome.expectSuccess()
            #expect(Set(scenario.box.files) == Set(row.paths.map { "UI/" + $0 }))
            try scenario.expectFile("UI/" + row.paths[0], await scenario.hub.civitaiFile(12344))
            #expect(try !outcome.events().contains { $0["kind"]?.string == "placed" }, "what the source says needs no note")
            #expect(scenario.box.allFiles.contains("UI/.fetchctl/\(row.paths[0]).json"), "\(scenario.box.allFiles)")
            let again = try await scenario.run(arguments)
            #expect(try again.events().count { $0.name == "skipped" } == 2)
            #expect(await scenario.hub.civitaiDownloads(12344) == 1)
        }
    }

    @Test("tell a version's files apart by their own type, and have sidecars beside them")
    func fileTypes() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add(
                "civitai:12347", "--file", "all", "--layout", "comfyui", "-d", "UI", "--sidecar", "cm-info")
            outcome.expectSuccess()
            let models = ["checkpoints/practice-twin", "checkpoints/practice-twin.fp32", "vae/practice-twin.vae"]
            #expect(Set(scenario.box.files) == Set(models.flatMap { ["UI/models/\($0).safetensors", "UI/models/\($0).cm-info.json"] }))
        }
    }

    @Test("follow the user's symbolic links, and a name of the user's with a path in it")
    func linksAndNames() async throws {
        try await withScenario(.builtin) { scenario in
            try FileManager.default.createDirectory(atPath: scenario.box.path("big"), withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: scenario.box.path("UI"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: scenario.box.path("UI/models"), withDestinationPath: scenario.box.path("big"))
            try await scenario.add("civitai:12354", "--layout", "comfyui", "-d", "UI", "-o", "mine.safetensors").expectSuccess()
            #expect(scenario.box.exists("big/embeddings/mine.safetensors"))
            try await scenario.add("civitai:12354", "--layout", "comfyui", "-d", "UI", "-o", "custom/x.safetensors").expectSuccess()
            #expect(scenario.box.exists("UI/custom/x.safetensors"))
        }
    }

    /// A safetensors file whose header names these tensors.
    private static func model(_ tensor: String) -> String {
        let json = "{\"\(tensor)\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}"
        return "x\0\0\0\0\0\0\0" + json + String(repeating: " ", count: 0x78 - json.utf8.count) + "data"
    }

    @Test(
        "take other files by their type as given, their header, their path, and say how",
        arguments: [
            ("m.safetensors", "unet.lora_down.weight", [], "models/loras/m.safetensors", "LoRA"),
            ("m.safetensors", "decoder.up.0.block", [], "models/vae/m.safetensors", "VAE"),
            ("m.safetensors", "decoder.up.0.block", ["--type", "upscaler"], "models/upscale_models/m.safetensors", nil),
            ("my_vae.safetensors", "weights", [], "models/vae/my_vae.safetensors", "its name"),
            ("m.safetensors", "weights", [], "m.safetensors", "--type"), ("m.zip", "weights", [], "m.zip", "--type"),
            ("m.zip", "weights", ["--type", "Lora"], "models/loras/m.zip", nil),
        ] as [(String, String, [String], String, String?)])
    func direct(name: String, tensor: String, options: [String], path: String, note: String?) async throws {
        try await withScenario(.builtin) { scenario in
            let text = name.hasSuffix("zip") ? "PK and so on" : Self.model(tensor)
            let added = await scenario.hub.addFile(NewFile(.plain, name: name, size: 0, text: text))
            let outcome = try await scenario.run(["add", added.url, "--layout", "comfyui", "-d", "UI", "--json"] + options)
            outcome.expectSuccess()
            #expect(scenario.box.files == ["UI/" + path])
            let notes = try outcome.events().filter { $0["kind"]?.string == "placed" }
            #expect(notes.count == (note == nil ? 0 : 1))
            if let note { #expect(notes.first?["message"]?.string?.contains(note) == true, "\(notes)") }
        }
    }

    @Test("take a repo's models each to its own, and the rest of it to one folder")
    func repo() async throws {
        try await withScenario(.builtin) { scenario in
            for (path, tensor) in [
                ("split/vae/ae.safetensors", "decoder.up.0.block"), ("split/text_encoders/te.safetensors", "weights"),
                ("a/same.safetensors", "x.lora_down.weight"), ("b/same.safetensors", "y.lora_down.weight"),
            ] {
                await scenario.hub.addFile(NewFile(.hub, name: path, size: 0, text: Self.model(tensor), repository: "practice/parts"))
            }
            await scenario.hub.addFile(NewFile(.hub, name: "README.md", size: 0, text: "# parts", repository: "practice/parts"))
            let outcome = try await scenario.add("hf:practice/parts", "--layout", "comfyui", "-d", "UI")
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path("UI")])
            #expect(
                Set(scenario.box.files)
                    == Set([
                        "UI/models/vae/ae.safetensors", "UI/models/text_encoders/te.safetensors", "UI/models/loras/a/same.safetensors",
                        "UI/models/loras/b/same.safetensors", "UI/parts/README.md",
                    ]))
        }
    }
}
