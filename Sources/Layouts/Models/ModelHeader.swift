/// What the beginning of a model file tells about it: the names of its tensors, or the architecture that it names.
package enum ModelHeader {
    /// Bytes of the beginning that are worth having: the headers of nearly all models are shorter.
    package static let window: Int64 = 1 << 20

    /// Endings of files that have a header which can be read.
    package static let endings: Set<String> = ["safetensors", "sft", "gguf"]

    /// - Returns: the kind, and what shows it, as the end of a sentence that begins "it has".
    package static func kind(_ head: [UInt8], ending: String) -> (kind: ModelKind, why: String)? {
        ending == "gguf" ? gguf(head) : safetensors(head)
    }

    // MARK: safetensors

    private struct Rule {
        var kind: ModelKind
        var why: String
        /// One of these must be there,
        var any: [String]
        /// and one of these, if there are any.
        var also: [String] = []
    }

    /// The first that fits decides: a LoRA for a UNet has the UNet's names in its own.
    private static let rules: [Rule] = [
        Rule(
            kind: .lora, why: "LoRA weights",
            any: [
                "lora_down.weight", "lora_up.weight", ".lora_A.", ".lora_B.", "lora.down.weight", ".hada_w1_a", ".lokr_w1", ".oft_blocks",
                "\"ss_network_module\"",
            ]),
        Rule(
            kind: .controlnet, why: "ControlNet weights",
            any: ["control_model.", "controlnet_cond_embedding.", "input_hint_block.", "controlnet_blocks.", "controlnet_x_embedder."]),
        Rule(
            kind: .checkpoint, why: "a diffusion model with its encoders", any: ["\"model.diffusion_model."],
            also: ["\"first_stage_model.", "\"cond_stage_model.", "\"conditioner.embedders.", "\"text_encoders.", "\"vae."]),
        Rule(kind: .diffusionModel, why: "a diffusion model alone", any: ["\"model.diffusion_model."]),
        Rule(kind: .motion, why: "motion modules", any: ["motion_modules."], also: ["temporal_transformer."]),
        Rule(kind: .embedding, why: "an embedding", any: ["\"emb_params\"", "\"string_to_param", "\"clip_l\"", "\"clip_g\""]),
        Rule(
            kind: .vae, why: "a VAE's encoder and decoder",
            any: [
                "\"decoder.conv_in.", "\"decoder.conv_out.", "\"decoder.up.0.", "\"decoder.up_blocks.", "\"decoder.mid_block.",
                "\"decoder.upsamples.", "\"first_stage_model.decoder.",
            ]),
        Rule(
            kind: .textEncoder, why: "a text encoder",
            any: ["text_model.encoder.layers.", "\"encoder.block.0.layer.0.SelfAttention", "\"model.layers.0.self_attn."]),
        Rule(kind: .clipVision, why: "a vision encoder", any: ["vision_model.encoder.layers.", "visual.transformer.resblocks."]),
        Rule(
            kind: .upscaler, why: "an upscaler's layers",
            any: ["RDB1.conv1.", ".rdb1.conv1.", "\"conv_up1.", "\"upsample.0.", "\"upsampler."],
            also: ["conv_first.", "\"model.0.", "\"conv_up1.", "\"upsample.0."]),
        Rule(
            kind: .diffusionModel, why: "a diffusion model alone",
            any: [
                "double_blocks.0.", "joint_blocks.0.", "transformer_blocks.0.", "\"down_blocks.0.", "\"blocks.0.cross_attn.",
                "\"layers.0.adaLN",
                "\"input_blocks.0.",
            ]),
    ]

    private static func safetensors(_ head: [UInt8]) -> (kind: ModelKind, why: String)? {
        guard head.count > 9 else { return nil }
        let length = head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let text = Array(head[8...].prefix(Int(min(UInt64(head.count), length))))
        guard text.first == UInt8(ascii: "{") else { return nil }
        func has(_ words: [String]) -> Bool { words.contains { Self.contains(text, Array($0.utf8)) } }
        guard let rule = rules.first(where: { has($0.any) && ($0.also.isEmpty || has($0.also)) }) else { return nil }
        return (rule.kind, rule.why)
    }

    private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        guard let first = word.first, text.count >= word.count else { return false }
        return text.withUnsafeBufferPointer { bytes in
            word.withUnsafeBufferPointer { word in
                var start = 0
                let last = bytes.count - word.count
                while start <= last {
                    if bytes[start] == first {
                        var offset = 1
                        while offset < word.count, bytes[start + offset] == word[offset] { offset += 1 }
                        if offset == word.count { return true }
                    }
                    start += 1
                }
                return false
            }
        }
    }

    // MARK: GGUF

    private static let diffusion: Set<String> = [
        "flux", "sd1", "sdxl", "sd3", "aura", "hidream", "cosmos", "ltxv", "hyvid", "wan", "lumina2", "qwen_image", "pixart", "chroma",
    ]

    private static func gguf(_ head: [UInt8]) -> (kind: ModelKind, why: String)? {
        guard let architecture = GGUFHeader(head)?.architecture else { return nil }
        let why = "the architecture \"\(architecture.prefix(40))\""
        if diffusion.contains(architecture) { return (.diffusionModel, why) }
        return architecture.hasPrefix("t5") || architecture == "umt5" ? (.textEncoder, why) : nil
    }
}
