import Foundation

/// The stand-in for registry.ollama.ai: manifests, and layers in the storage behind it.
struct OllamaServer: Sendable {
    let state: HubState

    struct Layer: Sendable {
        /// What ends its media type.
        var role: String
        var content: PracticeFile
    }

    /// By `model:tag`.
    static let models: [String: [Layer]] = [
        "library/practice:1b": [
            Layer(role: "model", content: PracticeFile(kind: .gguf, size: 3 << 20, seed: 801)),
            Layer(role: "template", content: PracticeFile(text: "{{ .Prompt }}")),
            Layer(role: "license", content: PracticeFile(text: "Practice licence")),
            Layer(role: "license", content: PracticeFile(text: "Second practice licence")),
            Layer(role: "params", content: PracticeFile(text: "{\"temperature\":0.5}")),
        ],
        "library/practice-vision:latest": [
            Layer(role: "model", content: PracticeFile(kind: .gguf, size: 1 << 20, seed: 802)),
            Layer(role: "projector", content: PracticeFile(kind: .gguf, size: 512 << 10, seed: 803)),
        ],
        "practice/pieces:latest": [Layer(role: "tensor", content: PracticeFile(kind: .bytes, size: 1 << 10, seed: 804))],
    ]

    func answer(_ request: HubRequest) -> Reply {
        let parts = request.segments
        guard parts.count == 5, parts[0] == "v2", request.method == "GET" || request.method == "HEAD" else {
            return failure(404, "NAME_UNKNOWN", "repository name not known to registry")
        }
        let name = "\(parts[1])/\(parts[2])"
        switch parts[3] {
        case "manifests": return manifest("\(name):\(parts[4])", request)
        case "blobs": return blob(name, parts[4], request)
        default: return failure(404, "NAME_UNKNOWN", "repository name not known to registry")
        }
    }

    private func manifest(_ name: String, _ request: HubRequest) -> Reply {
        guard let layers = Self.models[name] else { return failure(404, "MANIFEST_UNKNOWN", "manifest unknown") }
        func entry(_ type: String, _ content: PracticeFile) -> JSON {
            ["mediaType": .string(type), "digest": .string("sha256:\(content.sha256)"), "size": .integer(content.size)]
        }
        return Reply(
            200, headers: [("Content-Type", "text/plain; charset=utf-8")],
            body: .data(
                ([
                    "schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                    "config": entry("application/vnd.docker.container.image.v1+json", PracticeFile(text: "{}")),
                    "layers": .array(layers.map { entry("application/vnd.ollama.image.\($0.role)", $0.content) }),
                ] as JSON).data))
    }

    private func blob(_ name: String, _ digest: String, _ request: HubRequest) -> Reply {
        let layers =
            Self.models.filter { $0.key.hasPrefix(name + ":") }.flatMap(\.value) + [
                Layer(role: "config", content: PracticeFile(text: "{}"))
            ]
        guard let layer = layers.first(where: { "sha256:\($0.content.sha256)" == digest }) else {
            return failure(404, "BLOB_UNKNOWN", "blob unknown to registry")
        }
        let content = request.content(layer.content)
        return .redirect(
            307,
            to: state.link(to: content, path: "/model/ollama/\(digest.percentEncoded(keeping: ":"))", style: .r2, disposition: "attachment")
        )
    }

    private func failure(_ status: Int, _ code: String, _ message: String) -> Reply {
        .json(["errors": [["code": .string(code), "message": .string(message), "detail": .null]]], status: status)
    }
}
