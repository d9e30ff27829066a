/// What a registry says a model consists of, kept byte for byte: Ollama's store holds it beside the blobs.
package struct RegistryManifest: Sendable, Equatable {
    /// As the store names it: `registry.ollama.ai`, `hf.co`.
    package var host: String
    /// `library/llama3`, `org/name`.
    package var model: String
    package var tag: String
    package var bytes: [UInt8]
}
