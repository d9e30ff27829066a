package import FetchTypes
package import ModelSources

/// How files are laid out under the directory that was named. The raw values are those of `--layout`.
package enum Layout: String, Sendable, CaseIterable {
    /// As the source has them.
    case plain
    /// The cache of `huggingface_hub`: blobs, snapshots that point to them, refs.
    case hfCache = "hf-cache"
    /// A folder as `hf download --local-dir` makes it.
    case hfLocal = "hf-local"
    /// The directory is the UI's root, and the model's type decides the folder.
    case a1111
    case comfyui
    /// The same cache, where llama.cpp looks for it.
    case llamaCpp = "llama.cpp"
    /// `PUBLISHER/REPO/FILE` below the models folder of LM Studio.
    case lmStudio = "lmstudio"
    /// Ollama's store: blobs by their hash, and the registry's manifest.
    case ollama

    /// What becomes of it for a source: those of `huggingface_hub` are for what comes from the Hub.
    package func applied(to source: SourceName) -> Layout {
        switch self {
        case .hfCache, .hfLocal, .llamaCpp: source == .huggingFace ? self : .plain
        case .plain, .a1111, .comfyui, .lmStudio, .ollama: self
        }
    }

    /// Whether it is the cache of `huggingface_hub`, wherever that is.
    package var isHubCache: Bool { self == .hfCache || self == .llamaCpp }

    /// Whether a file may have a name of the user's choice.
    package var takesOut: Bool {
        switch self {
        case .plain, .a1111, .comfyui: true
        case .hfCache, .hfLocal, .llamaCpp, .lmStudio, .ollama: false
        }
    }

    /// The complaint about such a name.
    /// - Parameter reference: as it may be shown.
    package func refusesOut(_ reference: String) -> Failure {
        let program =
            switch self {
            case .lmStudio: "LM Studio"
            case .ollama: "Ollama"
            case .llamaCpp: "llama.cpp"
            default: "huggingface_hub"
            }
        return Failure(
            .usage, "--out does not go with --layout \(rawValue).",
            why: "\(program) finds \(reference) under the repo's own names only.",
            hint: "omit --out, or use --layout plain.")
    }

    /// Whether it can hold what comes from a source.
    package func takes(_ source: SourceName) -> Bool { self != .ollama || source == .ollama || source == .huggingFace }

    /// The complaint about a source that it cannot hold.
    /// - Parameter reference: as it may be shown.
    package func refusal(of reference: String) -> Failure {
        Failure(
            .usage, "--layout \(rawValue) does not take \(reference).", why: "Ollama's store holds what a registry has a manifest of.",
            hint: "give ollama:MODEL:TAG, or hf:org/name:TAG of a GGUF repo.")
    }
}
