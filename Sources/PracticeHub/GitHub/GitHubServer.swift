import Foundation

/// The stand-in for GitHub, laid out as GitHub Enterprise Server is: the site at the root, its API below `/api/v3`, raw
/// files below `/raw`, files of LFS below `/media`.
struct GitHubServer: Sendable {
    let state: HubState

    func answer(_ request: HubRequest) -> Reply {
        let parts = request.segments
        guard request.method == "GET" || request.method == "HEAD" else { return .text("405\n", status: 405) }
        switch parts.first ?? "" {
        case "api" where parts.starts(with: ["api", "v3", "repos"]) && parts.count >= 5:
            return api(request, "\(parts[3])/\(parts[4])", Array(parts.dropFirst(5)))
        case "raw" where parts.count >= 4: return raw(request, parts, fromLFS: false)
        case "media" where parts.count >= 4: return raw(request, parts, fromLFS: true)
        default: return site(request, parts)
        }
    }

    private func isSignedIn(_ request: HubRequest) -> Bool { request.bearerToken == state.configuration.gitHubToken }

    private func isBadToken(_ request: HubRequest) -> Bool { request.header("Authorization") != nil && !isSignedIn(request) }

    /// The site itself takes no token: what is private is not there.
    private func site(_ request: HubRequest, _ parts: [String]) -> Reply {
        guard parts.count >= 6, parts[2] == "releases", parts[3] == "download",
            let repository = GitHubShelf.repository("\(parts[0])/\(parts[1])"),
            !repository.isPrivate,
            let release = repository.releases.first(where: { $0.tag == parts[4..<(parts.count - 1)].joined(separator: "/") }),
            let asset = release.assets.first(where: { $0.name == parts[parts.count - 1] })
        else { return .text("Not Found", status: 404) }
        return stored(asset, request)
    }

    /// A signed link to the storage.
    private func stored(_ asset: GitHubShelf.Asset, _ request: HubRequest) -> Reply {
        let content = request.content(asset.content)
        let path = "/model/github-production-release-asset/\(asset.id)/\(content.contentTag.prefix(32))"
        let disposition = "attachment; filename=\(asset.name)"
        return .redirect(302, to: state.link(to: content, path: path, style: .r2, disposition: disposition))
    }

    private func api(_ request: HubRequest, _ name: String, _ rest: [String]) -> Reply {
        if isBadToken(request) { return .json(["message": "Bad credentials", "status": "401"], status: 401) }
        guard let repository = GitHubShelf.repository(name), !repository.isPrivate || isSignedIn(request) else { return notFound }
        if rest.starts(with: ["releases", "tags"]), rest.count == 3, let release = repository.releases.first(where: { $0.tag == rest[2] }) {
            let assets = release.assets.map { asset -> JSON in
                let address = "\(request.origin)/api/v3/repos/\(name)/releases/assets/\(asset.id)"
                return [
                    "url": .string(address), "id": .integer(Int64(asset.id)), "name": .string(asset.name), "state": "uploaded",
                    "content_type": "application/octet-stream", "size": .integer(asset.content.size),
                    "digest": asset.hasDigest ? .string("sha256:\(asset.content.sha256)") : .null, "download_count": 1,
                    "browser_download_url": .string("\(request.origin)/\(name)/releases/download/\(release.tag)/\(asset.name)"),
                ]
            }
            return .json([
                "id": 1, "tag_name": .string(release.tag), "name": .string(release.tag), "draft": false, "assets": .array(assets),
            ])
        }
        if rest.starts(with: ["releases", "assets"]), rest.count == 3, let number = Int(rest[2]),
            let asset = repository.releases.flatMap(\.assets).first(where: { $0.id == number })
        {
            guard request.header("Accept") == "application/octet-stream" else { return .json(["id": .integer(Int64(number))]) }
            return stored(asset, request)
        }
        return notFound
    }

    private func raw(_ request: HubRequest, _ parts: [String], fromLFS: Bool) -> Reply {
        if isBadToken(request) { return .text("404: Not Found", status: 404) }
        guard let repository = GitHubShelf.repository("\(parts[1])/\(parts[2])"), !repository.isPrivate || isSignedIn(request),
            let file = repository.files["main/" + parts.dropFirst(4).joined(separator: "/")], parts[3] == "main"
        else { return .text("404: Not Found", status: 404) }
        guard fromLFS == file.isLFS || !fromLFS else { return .text("404: Not Found", status: 404) }
        let content = file.isLFS && !fromLFS ? file.pointer : request.content(file.content)
        return .file(content, tag: String(content.contentTag.prefix(40)), to: request, headers: [("Cache-Control", "max-age=300")])
    }

    private var notFound: Reply {
        .json(["message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"], status: 404)
    }
}

/// What the stand-in GitHub holds.
enum GitHubShelf {
    struct Asset: Sendable {
        var id: Int
        var name: String
        var content: PracticeFile
        var hasDigest = true
    }

    struct Release: Sendable {
        var tag: String
        var assets: [Asset]
    }

    struct File: Sendable {
        var content: PracticeFile
        var isLFS = false

        var pointer: PracticeFile {
            PracticeFile(text: "version https://git-lfs.github.com/spec/v1\noid sha256:\(content.sha256)\nsize \(content.size)\n")
        }
    }

    struct Repository: Sendable {
        var name: String
        var isPrivate = false
        var releases: [Release] = []
        /// By revision and path.
        var files: [String: File] = [:]
    }

    static let repositories: [Repository] = [
        Repository(
            name: "practice/models",
            releases: [
                Release(
                    tag: "v1.0",
                    assets: [
                        Asset(id: 501, name: "asset.safetensors", content: PracticeFile(kind: .safetensors, size: 3 << 20, seed: 501)),
                        Asset(
                            id: 502, name: "old asset.bin", content: PracticeFile(kind: .bytes, size: 40 << 10, seed: 502), hasDigest: false
                        ),
                    ]),
                Release(
                    tag: "rel/v2",
                    assets: [Asset(id: 503, name: "slashed.bin", content: PracticeFile(kind: .bytes, size: 10 << 10, seed: 503))]),
            ],
            files: [
                "main/dir/config file.json": File(content: PracticeFile(text: "{\"practice\": true}\n")),
                "main/lfs.safetensors": File(content: PracticeFile(kind: .safetensors, size: 2 << 20, seed: 504), isLFS: true),
                "main/plain.gguf": File(content: PracticeFile(kind: .gguf, size: 1 << 20, seed: 505)),
            ]),
        Repository(
            name: "practice/private", isPrivate: true,
            releases: [
                Release(
                    tag: "v1.0",
                    assets: [
                        Asset(id: 601, name: "secret.safetensors", content: PracticeFile(kind: .safetensors, size: 1 << 20, seed: 601))
                    ])
            ],
            files: [
                "main/hidden.bin": File(content: PracticeFile(kind: .bytes, size: 30 << 10, seed: 602)),
                "main/hidden.safetensors": File(content: PracticeFile(kind: .safetensors, size: 1 << 20, seed: 603), isLFS: true),
            ]),
    ]

    static func repository(_ name: String) -> Repository? { repositories.first { $0.name == name } }
}
