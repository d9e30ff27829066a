internal import FetchTypes

/// `GET /v2/{model}/manifests/{tag}`: what a model consists of.
struct OllamaManifest: Decodable {
    /// What a layer is for; the raw values end its media type `application/vnd.ollama.image.…`.
    enum Role: String, Sendable {
        case model, projector, adapter, template, system, license, params, messages, prompt

        var word: String { rawValue }
        var isWeights: Bool { [.model, .projector, .adapter].contains(self) }
        var ending: String { isWeights ? ".gguf" : [.params, .messages].contains(self) ? ".json" : ".txt" }
    }

    struct Layer: Decodable, Sendable {
        var mediaType: String
        var digest: PublishedDigest
        var size: DeclaredSize

        private enum Keys: String, CodingKey { case mediaType, digest, size }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            mediaType = try fields.decode(String.self, forKey: .mediaType)
            size = fields.declaredSize(.size)
            let text = try fields.decode(String.self, forKey: .digest)
            guard text.hasPrefix("sha256:"), let digest = PublishedDigest(.sha256, hex: String(text.dropFirst(7))) else {
                throw DecodingError.dataCorruptedError(forKey: .digest, in: fields, debugDescription: "no sha256")
            }
            self.digest = digest
        }

        var role: Role? {
            let prefix = "application/vnd.ollama.image."
            return mediaType.hasPrefix(prefix) ? Role(rawValue: String(mediaType.dropFirst(prefix.count))) : nil
        }
    }

    var layers: [Layer]
    /// What says how the layers are put together: a blob too.
    var config: Layer?
    /// Whether every blob that it names is known.
    let isWhole: Bool

    private enum Keys: String, CodingKey { case layers, config }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        guard fields.contains(.layers) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no layers"))
        }
        layers = fields.lenientArray(Layer.self, .layers)
        config = fields.lenient(Layer.self, .config)
        // Of a model with a layer that is not understood nothing whole can be put together.
        isWhole = (try? fields.nestedUnkeyedContainer(forKey: .layers))?.count == layers.count && config != nil
    }
}
