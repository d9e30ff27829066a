package import ModelReference

extension SourceName {
    /// The source that a reference belongs to.
    package init(_ reference: ModelReference) {
        self =
            switch reference {
            case .civitai: .civitai
            case .huggingFace: .huggingFace
            case .googleDrive: .gdrive
            case .gitHub: .github
            case .modelScope: .modelscope
            case .ollama: .ollama
            case .direct: .direct
            }
    }
}
