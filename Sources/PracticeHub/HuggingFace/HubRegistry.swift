import Foundation
import Synchronization

/// The Hub's registry of its GGUF repos, as Ollama asks it: `/v2/ORG/NAME/manifests/TAG` and `/v2/ORG/NAME/blobs/DIGEST`.
struct HubRegistry: Sendable {
    private let state: HubState
    private let repository: HubRepository
    private let isManifest: Bool
    private let subject: String

    private static let template = PracticeFile(text: "{{ .Prompt }}")
    private static let config = PracticeFile(text: "{\"model_format\":\"gguf\"}")

    /// - Returns: nil for what is no address of it.
    init?(state: HubState, segments: [String]) {
        guard segments.count == 5, segments[0] == "v2", ["manifests", "blobs"].contains(segments[3]),
            let found = state.repositories.withLock({ $0.first { $0.id == "\(segments[1])/\(segments[2])" } })
        else { return nil }
        self.state = state
        repository = found
        isManifest = segments[3] == "manifests"
        subject = segments[4]
    }

    func answer(_ request: HubRequest) -> Reply {
        guard isManifest else {
            let known = [Self.template, Self.config] + repository.files.map(\.content)
            guard let content = known.first(where: { "sha256:\($0.sha256)" == subject }) else { return missing }
            return .redirect(
                302, to: state.link(to: content, path: "/registry/\(content.contentTag)", style: .cloudFront, disposition: "attachment"))
        }
        let wanted = repository.files.first { $0.path.lowercased().contains("-\(subject.lowercased()).gguf") }
        guard let wanted else { return missing }
        func entry(_ type: String, _ content: PracticeFile) -> JSON {
            ["mediaType": .string(type), "digest": .string("sha256:\(content.sha256)"), "size": .integer(content.size)]
        }
        let manifest: JSON = [
            "schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": entry("application/vnd.docker.container.image.v1+json", Self.config),
            "layers": .array([
                entry("application/vnd.ollama.image.model", wanted.content), entry("application/vnd.ollama.image.template", Self.template),
            ]),
        ]
        return Reply(200, headers: [("Content-Type", "application/json")], body: .data(manifest.data))
    }

    private var missing: Reply { .json(["error": "The specified tag is not available in the repository."], status: 404) }
}
