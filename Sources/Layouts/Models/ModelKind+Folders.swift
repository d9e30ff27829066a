extension ModelKind {
    /// The folder below a UI's root; nil for the root itself.
    package func folder(_ layout: Layout) -> String? {
        switch layout {
        case .a1111: Self.a1111[self]
        case .comfyui: Self.comfyUI[self]
        case .plain, .hfCache, .hfLocal, .llamaCpp, .lmStudio, .ollama: nil
        }
    }

    /// The name of ComfyUI's folder for it, as `extra_model_paths.yaml` has it; nil where there is none.
    package var comfyUIName: String? { Self.comfyUI[self].map { String($0.dropFirst("models/".count)) } }

    private static let a1111: [ModelKind: String] = [
        .checkpoint: "models/Stable-diffusion", .diffusionModel: "models/Stable-diffusion", .vae: "models/VAE", .lora: "models/Lora",
        .embedding: "embeddings", .hypernetwork: "models/hypernetworks", .controlnet: "models/ControlNet", .upscaler: "models/ESRGAN",
    ]

    private static let comfyUI: [ModelKind: String] = [
        .checkpoint: "models/checkpoints", .diffusionModel: "models/diffusion_models", .vae: "models/vae", .lora: "models/loras",
        .embedding: "models/embeddings", .hypernetwork: "models/hypernetworks", .controlnet: "models/controlnet",
        .upscaler: "models/upscale_models", .motion: "models/animatediff_models", .textEncoder: "models/text_encoders",
        .clipVision: "models/clip_vision", .audioEncoder: "models/audio_encoders", .modelPatch: "models/model_patches",
        .latentUpscaler: "models/latent_upscale_models", .styleModel: "models/style_models", .photomaker: "models/photomaker",
        .detection: "models/detection", .gligen: "models/gligen",
    ]
}
