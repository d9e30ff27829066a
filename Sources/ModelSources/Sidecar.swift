/// Files that other programs look for beside a model. The raw values are those of `--sidecar`.
package enum SidecarKind: String, Sendable, CaseIterable {
    /// Civitai Helper's: the version as CivitAI's API gives it.
    case civitaiInfo = "civitai-info"
    /// What the UI of A1111 keeps of a model: description, activation text, ….
    case a1111
    /// The model's first picture.
    case preview
    /// Stability Matrix's.
    case cmInfo = "cm-info"

    /// What replaces the model's extension; where there are several, any of them will do for its readers.
    package var endings: [String] {
        switch self {
        case .civitaiInfo: [".civitai.info"]
        case .a1111: [".json"]
        case .preview: ["png", "jpg", "jpeg", "webp", "gif"].map { ".preview." + $0 }
        case .cmInfo: [".cm-info.json"]
        }
    }
}

/// One such file, made.
package struct Sidecar: Sendable {
    /// One of the kind's endings.
    package var ending: String
    package var bytes: [UInt8]

    package init(ending: String, bytes: [UInt8]) {
        self.ending = ending
        self.bytes = bytes
    }
}

/// Makes the sidecars of one file.
package protocol SidecarMaker: Sendable {
    /// - Throws: ``FetchTypes/Failure``, ``TransientRefusal``, ``FetchTypes/TransportFault`` when it cannot be fetched.
    func make(_ kind: SidecarKind) async throws -> Sidecar
}
