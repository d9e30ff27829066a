import Foundation
import ModelSources
import Testing
@testable import FetchKit
@testable import Layouts

@Suite("The kind of a model")
struct ModelKindTests {
    @Test(
        "is what CivitAI says of it and its model",
        arguments: [
            ("Checkpoint", "Model", "SafeTensor", .checkpoint), ("Checkpoint", "Pruned Model", nil, .checkpoint),
            ("Checkpoint", nil, nil, .checkpoint),
            ("Checkpoint", "VAE", "SafeTensor", .vae), ("Checkpoint", "Model", "GGUF", .diffusionModel),
            ("Checkpoint", "UNet", nil, .diffusionModel),
            ("Checkpoint", "Diffusion Model", nil, .diffusionModel), ("Checkpoint", "Text Encoder", nil, .textEncoder),
            ("Checkpoint", "Config", "Other", .checkpoint),
            ("Checkpoint", "Training Data", nil, .other), ("Checkpoint", "Archive", nil, .other),
            ("Checkpoint", "CLIPVision", nil, .clipVision),
            ("LORA", "Model", nil, .lora), ("LoCon", "Model", nil, .lora), ("DoRA", "Model", nil, .lora),
            ("TextualInversion", "Negative", nil, .embedding),
            ("TextualInversion", "Model", nil, .embedding), ("Hypernetwork", "Model", nil, .hypernetwork),
            ("Controlnet", "Model", nil, .controlnet),
            ("Upscaler", "Model", nil, .upscaler), ("MotionModule", "Model", nil, .motion), ("VAE", "Model", nil, .vae),
            ("Workflows", "Archive", nil, .other),
            ("Wildcards", "Other", nil, .other), ("Poses", "Model", nil, .other), ("SomethingNew", "Model", nil, nil),
            (nil, "VAE", nil, .vae), (nil, nil, nil, nil),
            ("LORA", "SomethingNew", nil, .lora),
        ] as [(String?, String?, String?, ModelKind?)])
    func civitai(model: String?, file: String?, format: String?, kind: ModelKind?) {
        var metadata = FileMetadata()
        (metadata.type, metadata.fileType, metadata.fileFormat) = (model, file, format)
        #expect(ModelKind(metadata) == kind)
    }

    @Test(
        "is a diffusion model when the checkpoint's name says GGUF",
        arguments: [("m.gguf", .diffusionModel), ("m.safetensors", .checkpoint)] as [(String, ModelKind)])
    func ending(name: String, kind: ModelKind) {
        var metadata = FileMetadata()
        metadata.type = "Checkpoint"
        #expect(ModelKind(metadata, name: name) == kind)
    }

    @Test("is understood by every name that it has", arguments: ModelKind.allCases)
    func names(kind: ModelKind) {
        #expect(ModelKind(kind.rawValue) == kind)
        #expect(ModelKind(kind.rawValue.uppercased().replacingOccurrences(of: "-", with: "_")) == kind)
    }

    @Test(
        "decides the folder of a UI",
        arguments: [
            (.checkpoint, "models/Stable-diffusion", "models/checkpoints"), (.vae, "models/VAE", "models/vae"),
            (.lora, "models/Lora", "models/loras"),
            (.embedding, "embeddings", "models/embeddings"), (.hypernetwork, "models/hypernetworks", "models/hypernetworks"),
            (.controlnet, "models/ControlNet", "models/controlnet"), (.upscaler, "models/ESRGAN", "models/upscale_models"),
            (.motion, nil, "models/animatediff_models"), (.textEncoder, nil, "models/text_encoders"),
            (.clipVision, nil, "models/clip_vision"), (.other, nil, nil),
        ] as [(ModelKind, String?, String?)])
    func folders(kind: ModelKind, a1111: String?, comfyUI: String?) {
        #expect(kind.folder(.a1111) == a1111)
        #expect(kind.folder(.comfyui) == comfyUI)
        #expect(kind.folder(.plain) == nil)
    }

    @Test(
        "is in the names of its tensors",
        arguments: [
            (["lora_unet_down_blocks_0.lora_down.weight"], .lora), (["transformer.blocks.0.attn.lora_A.weight"], .lora),
            (["x.hada_w1_a"], .lora),
            (["model.diffusion_model.input_blocks.0.0.weight", "first_stage_model.decoder.conv_in.bias"], .checkpoint),
            (["model.diffusion_model.input_blocks.0.0.weight", "conditioner.embedders.0.x"], .checkpoint),
            (["model.diffusion_model.double_blocks.0.img_attn"], .diffusionModel),
            (["double_blocks.0.img_attn.qkv.weight"], .diffusionModel),
            (["down_blocks.0.resnets.0.conv1.weight", "time_embedding.linear_1.bias"], .diffusionModel),
            (["blocks.0.cross_attn.k.weight"], .diffusionModel),
            (["decoder.up.0.block.0.conv1.weight", "encoder.down.0.block"], .vae),
            (["decoder.up_blocks.0.x", "encoder.down_blocks.0.x"], .vae), (["encoder.conv_in.weight", "decoder.conv_in.weight"], .vae),
            (["text_model.encoder.layers.0.mlp.fc1.weight"], .textEncoder),
            (["encoder.block.0.layer.0.SelfAttention.q.weight"], .textEncoder),
            (["vision_model.encoder.layers.0.mlp.fc1.weight"], .clipVision), (["control_model.input_blocks.0.0.weight"], .controlnet),
            (["controlnet_cond_embedding.conv_in.weight", "down_blocks.0.x"], .controlnet), (["emb_params"], .embedding),
            (["clip_l", "clip_g"], .embedding),
            (["conv_first.weight", "body.0.rdb1.conv1.weight"], .upscaler), (["weights"], nil), ([], nil),
        ] as [([String], ModelKind?)])
    func safetensors(names: [String], kind: ModelKind?) {
        let json = Array(
            ("{" + names.map { "\"\($0)\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}" }.joined(separator: ",") + "}").utf8)
        let head = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json + [0, 0]
        #expect(ModelHeader.kind(head, ending: "safetensors")?.kind == kind)
        // A header that goes on beyond what was read.
        #expect(ModelHeader.kind([255, 255, 255, 0, 0, 0, 0, 0] + json, ending: "safetensors")?.kind == kind)
    }

    @Test(
        "a header that is none tells nothing",
        arguments: [[], [1], Array(repeating: 255, count: 64), Array("<!DOCTYPE html><html>".utf8)] as [[UInt8]])
    func broken(head: [UInt8]) {
        for ending in ["safetensors", "gguf"] { #expect(ModelHeader.kind(head, ending: ending) == nil) }
    }

    private static func gguf(_ pairs: [(String, [UInt8])]) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let body = pairs.flatMap { number($0.0.utf8.count, 8) + Array($0.0.utf8) + $0.1 }
        return Array("GGUF".utf8) + number(3, 4) + number(1, 8) + number(pairs.count, 8) + body
    }

    private static func text(_ value: String) -> [UInt8] { [8, 0, 0, 0, UInt8(value.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(value.utf8) }

    @Test(
        "is in a GGUF file's architecture",
        arguments: [("flux", .diffusionModel), ("t5encoder", .textEncoder), ("llama", nil)] as [(String, ModelKind?)])
    func architecture(name: String, kind: ModelKind?) {
        let list: [UInt8] = [9, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]
        let head = Self.gguf([
            ("a.list", list), ("a.flag", [7, 0, 0, 0, 1]), ("general.architecture", Self.text(name)), ("z", Self.text("z")),
        ])
        #expect(ModelHeader.kind(head, ending: "gguf")?.kind == kind)
        for count in stride(from: 0, to: head.count, by: 7) { _ = ModelHeader.kind(Array(head.prefix(count)), ending: "gguf") }
    }

    @Test(
        "may be in its path",
        arguments: [
            ("split_files/vae/ae.safetensors", .vae), ("split_files/text_encoders/t5xxl_fp16.safetensors", .textEncoder),
            ("split_files/diffusion_models/flux1-dev.safetensors", .diffusionModel), ("loras/x.safetensors", .lora),
            ("vae/lora/x.safetensors", .lora),
            ("sdxl_vae.safetensors", .vae), ("my-lora-v2.pt", .lora), ("4x-ESRGAN.pth", .upscaler), ("RealESRGAN_x4plus.pth", .upscaler),
            ("v1-5-pruned.ckpt", .checkpoint),
            ("lorax.safetensors", nil), ("model.safetensors", nil), ("other/model.bin", nil),
        ] as [(String, ModelKind?)])
    func path(path: String, kind: ModelKind?) { #expect(KindFinder.byPath(path)?.kind == kind) }
}
