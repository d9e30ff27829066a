package import ModelSources
import Storage

/// What a file is for, as far as that decides where a UI looks for it. The raw values are those of `--type`.
package enum ModelKind: String, Sendable, CaseIterable {
    case checkpoint, vae, lora, embedding, hypernetwork, controlnet, upscaler, motion
    /// The part that makes the picture, without encoder and decoder: a UNet, a diffusion transformer.
    case diffusionModel = "diffusion-model"
    case textEncoder = "text-encoder"
    case clipVision = "clip-vision"
    case audioEncoder = "audio-encoder"
    case modelPatch = "model-patch"
    case latentUpscaler = "latent-upscaler"
    case styleModel = "style-model"
    case photomaker, detection, gligen
    /// Known to be none of these: workflows, wildcards, poses, ….
    case other

    /// - Parameter text: the raw value, or what CivitAI, A1111 or ComfyUI call the same, in any case and with any separators.
    package init?(_ text: String) {
        let plain = text.lowercased().filter { $0.isLetter || $0.isNumber }
        guard let kind = Self.words[plain] else { return nil }
        self = kind
    }

    private static let words: [String: ModelKind] = [
        "checkpoint": .checkpoint, "checkpoints": .checkpoint, "stablediffusion": .checkpoint, "vae": .vae, "lora": .lora, "loras": .lora,
        "locon": .lora, "lycoris": .lora, "dora": .lora, "enhancementlora": .lora, "embedding": .embedding, "embeddings": .embedding,
        "textualinversion": .embedding, "negative": .embedding, "hypernetwork": .hypernetwork, "hypernetworks": .hypernetwork,
        "controlnet": .controlnet, "upscaler": .upscaler, "upscalers": .upscaler, "upscalemodels": .upscaler, "esrgan": .upscaler,
        "motion": .motion, "motionmodule": .motion, "animatediffmodels": .motion, "diffusionmodel": .diffusionModel,
        "diffusionmodels": .diffusionModel, "unet": .diffusionModel, "textencoder": .textEncoder, "textencoders": .textEncoder,
        "clip": .textEncoder, "clipvision": .clipVision, "visionencoder": .clipVision, "other": .other, "workflow": .other,
        "workflows": .other, "wildcards": .other, "poses": .other, "archive": .other, "trainingdata": .other, "detection": .detection,
        "audioencoder": .audioEncoder, "audioencoders": .audioEncoder, "modelpatch": .modelPatch, "modelpatches": .modelPatch,
        "latentupscaler": .latentUpscaler, "latentupscalemodels": .latentUpscaler, "stylemodel": .styleModel,
        "stylemodels": .styleModel, "photomaker": .photomaker, "gligen": .gligen,
        "aestheticgradient": .other, "visionlanguage": .other,
    ]

    /// What CivitAI says of a file and its model; nil when it says nothing that is understood.
    /// - Parameter name: the file's.
    package init?(_ metadata: FileMetadata, name: String = "") {
        let model = metadata.type.flatMap { ModelKind($0) }
        switch metadata.fileType.map({ $0.lowercased() }) {
        // A configuration lies beside its model.
        case nil, "model", "pruned model", "config":
            guard let model else { return nil }
            let isGGUF = metadata.fileFormat?.lowercased() == "gguf" || Path.pathExtension(name) == "gguf"
            self = model == .checkpoint && isGGUF ? .diffusionModel : model
        case let type?:
            guard let kind = ModelKind(type) ?? model else { return nil }
            self = kind
        }
    }
}
