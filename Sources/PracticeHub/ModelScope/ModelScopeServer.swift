import Foundation

/// The stand-in for modelscope.cn: a repo's listing, and its files, large ones in the storage behind it.
struct ModelScopeServer: Sendable {
    let state: HubState

    /// One repo; `practice/private` has the same files for those with the token.
    static let files: [String: PracticeFile] = [
        "config.json": PracticeFile(text: "{\"model_type\": \"practice\"}\n"),
        "README.md": PracticeFile(text: "# Practice\n"),
        "model.safetensors": PracticeFile(kind: .safetensors, size: 3 << 20, seed: 701),
        "vae/vae model.safetensors": PracticeFile(kind: .safetensors, size: 1 << 20, seed: 702),
    ]

    func answer(_ request: HubRequest) -> Reply {
        let parts = request.segments
        guard request.method == "GET" || request.method == "HEAD" else { return .text("405\n", status: 405) }
        guard parts.starts(with: ["api", "v1", "models"]), parts.count >= 6, parts[5] == "repo" else { return failure(404, "not found") }
        guard parts[3] == "practice", parts[4] == "one" || parts[4] == "private" && hasToken(request) else {
            return failure(404, "model practice/\(parts[4]) not exists or not authorized")
        }
        guard request.item("Revision") ?? "master" == "master" else { return failure(404, "revision not exists") }
        return parts.count == 7 && parts[6] == "files" ? list(request) : file(request)
    }

    private func hasToken(_ request: HubRequest) -> Bool {
        let token = state.configuration.modelScopeToken
        return request.bearerToken == token || request.header("Cookie")?.contains("m_session_id=\(token)") == true
    }

    private func list(_ request: HubRequest) -> Reply {
        let folder: JSON = [
            "Name": "vae", "Path": "vae", "Type": "tree", "Mode": "16384", "IsLFS": false, "Sha256": "", "Size": 0,
            "Revision": "0123456789abcdef",
        ]
        let files = Self.files.sorted { $0.key < $1.key }.map { path, content -> JSON in
            let content = request.content(content)
            return [
                "CommitMessage": "practice", "CommittedDate": 1_767_225_600, "InCheck": false, "IsLFS": .bool(isLarge(path)),
                "Mode": "33188",
                "Name": .string(path.split(separator: "/").last.map(String.init) ?? path), "Path": .string(path),
                "Revision": "0123456789abcdef0123456789abcdef01234567", "Sha256": .string(content.sha256), "Size": .integer(content.size),
                "Type": "blob",
            ]
        }
        return .json([
            "Code": 200, "Data": ["Files": .array([folder] + files), "LatestCommitter": .null], "Message": "success",
            "RequestId": "practice",
            "Success": true,
        ])
    }

    private func file(_ request: HubRequest) -> Reply {
        let path = request.item("FilePath") ?? ""
        guard let file = Self.files[path] else { return failure(404, "file \(path) not found") }
        let content = request.content(file)
        guard isLarge(path) else { return .file(content, tag: String(content.contentTag.prefix(32)), to: request) }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let link = state.link(
            to: content, path: "/model/lfs/\(content.sha256)", style: .r2, disposition: "attachment; filename=\"\(name)\"")
        return .redirect(302, to: link)
    }

    private func isLarge(_ path: String) -> Bool { path.hasSuffix(".safetensors") }

    private func failure(_ status: Int, _ message: String) -> Reply {
        .json(
            ["Code": 10_010_205_001, "Message": .string(message), "RequestId": "practice", "Success": false], status: status)
    }
}
