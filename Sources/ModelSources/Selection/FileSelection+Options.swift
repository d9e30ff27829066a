package import FetchTypes
package import ModelReference

extension FileSelection {
    /// An option of `add` that chooses among the files of some sources only.
    private struct Choice {
        var option: String
        var isGiven: Bool
        /// What it chooses from, for messages.
        var takes: String
        var hint: String
        var isTaken: (ModelReference) -> Bool
    }

    /// Whether an option is given that has nothing to choose from: it would be ignored.
    /// - Parameter references: all of them that the options were given with.
    /// - Returns: a ``Failure`` with exit code 64; nil where each option has a reference that takes it.
    package func refusal(of references: [ModelReference]) -> Failure? {
        guard let choice = choices.first(where: { $0.isGiven && !references.contains(where: $0.isTaken) }) else { return nil }
        return Failure(
            .usage, "\(choice.option) has nothing to choose from.", why: "it chooses \(choice.takes), and no such reference is given.",
            hint: choice.hint)
    }

    private var choices: [Choice] {
        func isCivitai(_ reference: ModelReference) -> Bool { if case .civitai = reference { true } else { false } }
        func hasQuantisations(_ reference: ModelReference) -> Bool {
            guard case .huggingFace(let hub) = reference, hub.type == .model else { return false }
            return switch hub.part {
            case .whole, .quantisation: true
            case .path, .folder: false
            }
        }
        func isOfTag(_ reference: ModelReference) -> Bool {
            guard case .huggingFace(let hub) = reference, hasQuantisations(reference) else { return false }
            return hub.part != .whole || quant != nil
        }
        func isLayered(_ reference: ModelReference) -> Bool { if case .ollama = reference { true } else { isCivitai(reference) } }
        let ofVersion = "among the files of a CivitAI version"
        let include = "for a repo of Hugging Face choose with --include, for example --include '*fp16*'; else omit it."
        return [
            Choice(
                option: "--file", isGiven: file != nil, takes: ofVersion + ", or the layers of an Ollama model",
                hint: "for a file of a repo of Hugging Face write hf:org/name/FILE; else omit it.", isTaken: isLayered),
            Choice(
                option: "--quant", isGiven: quant != nil, takes: ofVersion + ", or the quantisations of a GGUF repo",
                hint: "name the whole repo, for example: hf:org/name:Q4_K_M.",
                isTaken: { isCivitai($0) || hasQuantisations($0) }),
            Choice(option: "--format", isGiven: format != nil, takes: ofVersion, hint: include, isTaken: isCivitai),
            Choice(option: "--fp", isGiven: fp != nil, takes: ofVersion, hint: include, isTaken: isCivitai),
            Choice(option: "--size", isGiven: size != nil, takes: ofVersion, hint: include, isTaken: isCivitai),
            Choice(
                option: projector == false ? "--no-mmproj" : "--mmproj", isGiven: projector != nil,
                takes: "whether a quantisation of a GGUF repo comes with its projector", hint: "name a quantisation: hf:org/name:Q4_K_M.",
                isTaken: isOfTag),
        ]
    }
}
