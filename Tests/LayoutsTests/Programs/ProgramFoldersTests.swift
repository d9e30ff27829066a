import FetchTypes
import Foundation
import Layouts
import Testing

@Suite("Other programs' folders")
struct ProgramFolderTests {
    @Test(
        "of llama.cpp are the first of its variables that is set",
        arguments: [
            (["LLAMA_CACHE": "/a", "HF_HUB_CACHE": "/b"], "/a"), (["LLAMA_CACHE": "", "HF_HUB_CACHE": "/b"], "/b"),
            (["HUGGINGFACE_HUB_CACHE": "/c", "HF_HOME": "/d"], "/c"), (["HF_HOME": "/d", "HOME": "/h"], "/d/hub"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/huggingface/hub"), (["HOME": "/h"], "/h/.cache/huggingface/hub"),
        ])
    func llamaCpp(row: (environment: [String: String], folder: String)) {
        #expect(ProgramFolders.llamaCpp(row.environment) == row.folder)
    }

    private func withHome(_ body: (String) throws -> Void) throws {
        let home = NSTemporaryDirectory() + "fetchctl-home-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        try body(home)
    }

    @Test("of LM Studio follow its pointer, its older home and its settings")
    func lmStudio() throws {
        try withHome { home in
            func folder() throws -> String? { try ProgramFolders.lmStudio(["HOME": home]) }
            #expect(try folder() == home + "/.lmstudio/models")
            try FileManager.default.createDirectory(atPath: home + "/.cache/lm-studio", withIntermediateDirectories: true)
            #expect(try folder() == home + "/.cache/lm-studio/models")
            try (home + "/studio\n").write(toFile: home + "/.lmstudio-home-pointer", atomically: true, encoding: .utf8)
            #expect(try folder() == home + "/studio/models")
            try FileManager.default.createDirectory(atPath: home + "/studio", withIntermediateDirectories: true)
            try #"{"downloadsFolder": "/big/models", "x": 1}"#.write(
                toFile: home + "/studio/settings.json", atomically: true, encoding: .utf8)
            #expect(try folder() == "/big/models")
        }
    }

    @Test(
        "of LM Studio are its home's where its settings name none, and 78 where these cannot be read",
        arguments: [
            ("{}", nil), (#"{"downloadsFolder": null}"#, nil), (#"{"downloadsFolder": ""}"#, nil),
            ("\u{FEFF}{\"downloadsFolder\": \"/big\"}", nil), ("{\"downloadsFolder\": ", "no JSON object"), ("[]", "no JSON object"),
            ("", "no JSON object"), (#"{"downloadsFolder": 7}"#, "no absolute path"),
            (#"{"downloadsFolder": "models"}"#, "no absolute path"),
        ] as [(String, String?)])
    func studioSettings(row: (text: String, why: String?)) throws {
        try withHome { home in
            try FileManager.default.createDirectory(atPath: home + "/.lmstudio", withIntermediateDirectories: true)
            let file = home + "/.lmstudio/settings.json"
            try row.text.write(toFile: file, atomically: true, encoding: .utf8)
            guard let why = row.why else {
                #expect(try ProgramFolders.lmStudio(["HOME": home]) == (row.text.contains("/big") ? "/big" : home + "/.lmstudio/models"))
                return
            }
            let failure = #expect(throws: Failure.self) { try ProgramFolders.lmStudio(["HOME": home]) }
            #expect(failure?.code == .configuration && failure?.message.contains(file) == true)
            #expect(failure?.why?.contains(why) == true && failure?.hint?.contains("-d DIR") == true)
        }
    }

    @Test("of user interfaces are those that exist")
    func interfaces() throws {
        try withHome { home in
            #expect(ProgramFolders.interfaces(["HOME": home, "COMFYUI_PATH": home + "/none"]).isEmpty)
            for root in ["apart", "ComfyUI", "comfy/ComfyUI"] {
                try FileManager.default.createDirectory(atPath: "\(home)/\(root)/models", withIntermediateDirectories: true)
            }
            let found = ProgramFolders.interfaces(["HOME": home, "COMFYUI_PATH": home + "/apart"])
            #expect(found == ["apart", "ComfyUI", "comfy/ComfyUI"].map { "\(home)/\($0)" })
        }
    }

    @Test("of Ollama are its variable's, the service's store where it is writable, else the user's")
    func ollama() throws {
        try withHome { home in
            #expect(ProgramFolders.ollama(["OLLAMA_MODELS": "/o", "HOME": home]) == "/o")
            #expect(ProgramFolders.ollama(["HOME": home], service: home) == home)
            #expect(ProgramFolders.ollama(["HOME": home], service: home + "/none") == home + "/.ollama/models")
        }
    }
}

@Suite("extra_model_paths.yaml")
struct ExtraModelPathsTests {
    private func read(_ text: String) throws -> ExtraModelPaths {
        try ExtraModelPaths(text, file: "/ui/extra_model_paths.yaml", environment: ["HOME": "/home/me", "DISK": "/big"])
    }

    @Test("has sections with a base, several folders a name, older names, and a default")
    func example() throws {
        let paths = try read(
            """
            # for ComfyUI
            a111:
                base_path: ~/a1111/   # the other UI
                checkpoints: models/Stable-diffusion
                loras: |
                     models/Lora
                     models/LyCORIS

            comfyui:
              base_path: "$DISK/comfy"
              is_default: true
              clip: models/clip
              unet: |
                models/unet
                models/diffusion_models
            other:
              vae: more/vae
            """)
        #expect(paths.folders["checkpoints"] == ["/home/me/a1111/models/Stable-diffusion"])
        #expect(paths.folders["loras"] == ["/home/me/a1111/models/Lora", "/home/me/a1111/models/LyCORIS"])
        #expect(paths.folders["text_encoders"] == ["/big/comfy/models/clip"])
        #expect(paths.folders["diffusion_models"] == ["/big/comfy/models/diffusion_models", "/big/comfy/models/unet"])
        #expect(paths.folders["vae"] == ["/ui/more/vae"])
        #expect(paths.defaults == ["text_encoders": "/big/comfy/models/clip", "diffusion_models": "/big/comfy/models/diffusion_models"])
    }

    @Test(
        "that is anything else is 78 and names the line",
        arguments: [
            ("a:\n  vae: [x]\n", 2), ("a:\n\tvae: x\n", 2), ("a:\n  vae: x\n   lora: y\n", 3), ("vae x\n", 1), ("a: b\n", 1),
            ("a:\n  vae: \"x\n", 2), ("a:\n  vae: &x y\n", 2), ("  vae: x\n", 1), ("a:\na:\n", 2),
        ])
    func refused(row: (text: String, line: Int)) {
        let failure = #expect(throws: Failure.self) { try read(row.text) }
        #expect(failure?.code == .configuration)
        #expect(failure?.message.contains("line \(row.line):") == true, "\(failure?.message ?? "")")
    }
}
