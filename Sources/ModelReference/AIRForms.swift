import FetchTypes

/// AI resource names: `[urn:][air:][ECOSYSTEM:][TYPE:]SOURCE:ID[@VERSION][:LAYER][+FILE][.FORMAT]`, whatever the case.
///
/// For CivitAI the id is a model's and the version a version's. Ecosystem, type and layer decide nothing here: the
/// ids alone say what is meant.
enum AIRForms {
    static func parse(_ typed: TypedText) throws(Failure) -> ModelReference {
        let form = "write urn:air:ECOSYSTEM:TYPE:civitai:MODEL-ID@VERSION-ID, for example urn:air:sdxl:checkpoint:civitai:101055@128078."
        let body = body(typed)
        let names = body.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map { $0.lowercased() }
        // Ecosystem and type may be left out, so the source is the first part that is one.
        guard let source = names.prefix(3).firstIndex(where: { $0 == "civitai" || $0 == "huggingface" }), source + 1 < names.count else {
            throw typed.refused(
                names.count == 4
                    ? "an AIR was understood, but its source \(names[2].quoted) is none that can be fetched from."
                    : "an AIR was understood, but it has not the four parts ecosystem, type, source and id.",
                hint: names.count == 4 ? "the sources are civitai and huggingface; elsewhere paste the file's https:// link." : form)
        }
        let id = body.split(separator: ":", maxSplits: source + 1, omittingEmptySubsequences: false)[source + 1]
        if names[source] == "huggingface" { return .huggingFace(try HubForms.parse(id, typed)) }
        guard let tail = try CivitaiTail(id) else {
            throw typed.refused("an AIR at civitai was understood, but \(id.quoted) is not MODEL-ID@VERSION-ID.", hint: form)
        }
        return .civitai(try reference(tail, typed))
    }

    /// An AIR without its optional prefixes.
    static func hasTheShape(_ typed: TypedText) -> Bool {
        let parts = typed.text.lowercased().split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 && (parts[2] == "civitai" || parts[2] == "huggingface")
    }

    private static func body(_ typed: TypedText) -> Substring {
        var body = typed.text[...]
        for prefix in ["urn:", "air:"] where body.lowercased().hasPrefix(prefix) { body = body.dropFirst(prefix.count) }
        return body
    }

    private static func reference(_ tail: CivitaiTail, _ typed: TypedText) throws(Failure) -> CivitaiReference {
        var filters: [String: String] = [:]
        if let format = tail.format {
            guard let name = formats[format.lowercased()] else {
                throw typed.refused(
                    "an AIR was understood, but its format \(format.quoted) is none that CivitAI has.",
                    hint: "leave \".\(format.unquoted)\" out, or write .safetensors, .pickletensor, .gguf, .diffusers, .onnx or .coreml.")
            }
            // A file that is named by its id has the format that it has.
            if tail.fileID == nil { filters["format"] = name }
        }
        let target: CivitaiReference.Target =
            switch tail.version {
            case .none, .latest: .model(tail.id)
            case .id(let version): .modelVersion(model: tail.id, version: version)
            }
        return CivitaiReference(target, fileID: tail.fileID, filters: filters)
    }

    /// What an AIR calls a format, and what CivitAI's API calls it.
    private static let formats = [
        "safetensor": "SafeTensor", "safetensors": "SafeTensor", "pickletensor": "PickleTensor", "ckpt": "PickleTensor",
        "pt": "PickleTensor", "gguf": "GGUF", "diffuser": "Diffusers", "diffusers": "Diffusers", "onnx": "ONNX", "coreml": "Core ML",
        "core-ml": "Core ML",
    ]
}
