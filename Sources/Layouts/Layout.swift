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

    /// What becomes of it for a source: the two of `huggingface_hub` are for what comes from the Hub.
    package func applied(to source: SourceName) -> Layout {
        switch self {
        case .hfCache, .hfLocal: source == .huggingFace ? self : .plain
        case .plain, .a1111, .comfyui: self
        }
    }

    /// Whether a file may have a name of the user's choice.
    package var takesOut: Bool { self != .hfCache && self != .hfLocal }

    /// The complaint about such a name.
    /// - Parameter reference: as it may be shown.
    package func refusesOut(_ reference: String) -> Failure {
        Failure(
            .usage, "--out does not go with --layout \(rawValue).",
            why: "huggingface_hub finds \(reference) under the repo's own names only.",
            hint: "leave --out away, or use --layout plain.")
    }
}
