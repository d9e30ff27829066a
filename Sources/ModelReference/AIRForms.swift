import FetchTypes

/// AI resource names: `[urn:][air:]ECOSYSTEM:TYPE:SOURCE:ID[@VERSION][:LAYER][+FILE][.FORMAT]`, whatever the case.
///
/// For CivitAI the id is a model's and the version a version's. Ecosystem, type and layer decide nothing here: the
/// ids alone say what is meant.
enum AIRForms {
    static func parse(_ typed: TypedText) throws(Failure) -> ModelReference {
        let form = "write urn:air:ECOSYSTEM:TYPE:civitai:MODEL-ID@VERSION-ID, for example urn:air:sdxl:checkpoint:civitai:101055@128078."
        let parts = body(typed).split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts.prefix(3).allSatisfy({ $0.isMade(of: "-_.+") }) else {
            let tail = parts.count >= 2 && parts[0].lowercased() == "civitai" ? try? CivitaiTail(parts[1...].joined(separator: ":")[...]) : nil
            throw typed.refused(
                "an AIR was understood, but it has not the four parts ecosystem, type, source and id.",
                hint: tail == nil ? form : "did you mean civitai:\(parts[1].unquoted)?")
        }
        switch parts[2].lowercased() {
        case "civitai":
            guard let tail = try CivitaiTail(parts[3]) else {
                throw typed.refused("an AIR at civitai was understood, but \(parts[3].quoted) is not MODEL-ID@VERSION-ID.", hint: form)
            }
            return .civitai(try reference(tail, typed))
        case "huggingface":
            return .huggingFace(try HubForms.parse(parts[3], typed))
        default:
            throw typed.refused(
                "an AIR was understood, but its source \(parts[2].quoted) is none that can be fetched from.",
                hint: "the sources are civitai and huggingface; elsewhere paste the file's https:// link.")
        }
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
