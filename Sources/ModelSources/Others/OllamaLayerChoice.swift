internal import FetchTypes
internal import ModelReference

/// Which layers of a manifest become files, and under which names.
struct OllamaLayerChoice {
    struct NamedLayer {
        var layer: OllamaManifest.Layer
        var role: OllamaManifest.Role
        var name: String
    }

    /// Every layer of a known kind with a name of its own: `llama3.2-1b.gguf`, `llama3.2-1b.template.txt`.
    let named: [NamedLayer]

    init(_ layers: [OllamaManifest.Layer], _ reference: OllamaReference) {
        let model = reference.model.split(separator: "/").last.map(String.init) ?? reference.model
        let stem = "\(model)-\(reference.tag)"
        var counts: [String: Int] = [:]
        named = layers.compactMap { layer in
            guard let role = layer.role else { return nil }
            let count = counts[role.rawValue, default: 0] + 1
            counts[role.rawValue] = count
            let mark = (role == .model ? "" : ".\(role.word)") + (count > 1 ? ".\(count)" : "")
            return NamedLayer(layer: layer, role: role, name: stem + mark + role.ending)
        }
    }

    /// - Parameter wanted: a name, a digest, a role or `all`; nil: the weights.
    func files(_ wanted: String?) -> [NamedLayer] {
        switch wanted {
        case nil: named.filter { $0.role.isWeights }
        case "all"?: named
        case let wanted?: named.filter { $0.name == wanted || $0.layer.digest.hex == wanted.lowercased() || $0.role.word == wanted }
        }
    }
}
