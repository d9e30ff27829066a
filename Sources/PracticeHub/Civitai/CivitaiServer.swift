import Foundation
import Synchronization

/// The stand-in for civitai.com: the public API, the download endpoint, and the pages that a browser would be sent to.
struct CivitaiServer: Sendable {
    let state: HubState

    func answer(_ request: HubRequest) -> Reply {
        let segments = request.segments
        switch segments.count > 0 ? segments[0] : "" {
        case "api" where segments.starts(with: ["api", "download", "models"]):
            return CivitaiDownload(state: state, request: request).answer(segments.count > 3 ? segments[3] : nil)
        case "api" where segments.starts(with: ["api", "v1"]):
            return api(request, Array(segments.dropFirst(2)))
        case "practice-images": return picture(segments)
        case "login": return .html("Sign in to Civitai")
        case "models", "model-versions": return .html("Practice Model | Civitai")
        default: return .html("404 | Civitai", status: 404)
        }
    }

    /// One pixel, as a PNG, whatever its name says: the service converts as it likes.
    private func picture(_ segments: [String]) -> Reply {
        guard segments.last?.hasSuffix(".jpeg") == true else { return .text("", status: 404) }
        let pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        return Reply(200, headers: [("Content-Type", "image/png")], body: .data(Data(base64Encoded: pixel) ?? Data()))
    }

    private func api(_ request: HubRequest, _ segments: [String]) -> Reply {
        guard request.method == "GET" || request.method == "HEAD" else {
            return .json(["error": "Method not allowed"], status: 405)
        }
        switch segments.count > 0 ? segments[0] : "" {
        case "me":
            guard hasToken(request) else { return .json(["error": "Unauthorized"], status: 401) }
            return .json(["id": 1, "username": "practice", "tier": "free", "status": "active", "isMember": false, "subscriptions": []])
        case "model-versions" where segments.count == 3 && segments[1] == "by-hash":
            return byHash(request, segments[2])
        case "model-versions" where segments.count == 2: return version(request, segments[1])
        case "models" where segments.count == 2: return model(request, segments[1])
        default: return .json(["error": "Not found"], status: 404)
        }
    }

    private func version(_ request: HubRequest, _ text: String) -> Reply {
        guard let id = Int(text) else { return badNumber("id") }
        guard let version = state.versions.withLock({ $0.first { $0.id == id } }) else {
            return .json(["error": "Model not found"], status: 404)
        }
        return .json(version.json(origin: request.origin, request: request), headers: [("Cache-Control", "public, s-maxage=300")])
    }

    private func model(_ request: HubRequest, _ text: String) -> Reply {
        guard let id = Int(text) else { return badNumber("id") }
        let versions = state.versions.withLock { $0.filter { $0.modelID == id } }
        guard let first = versions.first else { return .json(["error": .string("No model with id \(id)")], status: 404) }
        let base: JSON = [
            "id": .integer(Int64(id)), "name": .string(first.modelName), "description": "<p>A model to practise with.</p>",
            "allowNoCredit": true, "allowCommercialUse": ["Image"], "allowDerivatives": true, "allowDifferentLicense": true,
            "type": .string(first.modelType), "nsfw": false, "nsfwLevel": 1, "poi": false, "minor": false, "availability": "Public",
            "mode": first.gate == .archived ? "Archived" : .null,
            "creator": ["username": "practice", "image": .null], "tags": ["practice"],
            "stats": ["downloadCount": .integer(Int64(versions.reduce(0) { $0 + $1.downloads })), "thumbsUpCount": 1],
        ]
        let list = versions.enumerated().map { $1.jsonInModel(origin: request.origin, request: request, index: $0) }
        return .json(base + ["modelVersions": .array(list)])
    }

    /// By SHA-256, AutoV1, AutoV2 or AutoV3 in either case, of the content as published.
    private func byHash(_ request: HubRequest, _ hash: String) -> Reply {
        let wanted = hash.lowercased()
        let version = state.versions.withLock { $0 }.first { version in
            version.files.contains { file in
                let digests = FileDigests.of(file.content)
                let sha256 = file.publishedSHA256 ?? digests.sha256
                return [sha256, String(sha256.prefix(10)), digests.autoV1, digests.autoV3].contains(wanted)
            }
        }
        guard let version else { return .json(["error": "Model not found"], status: 404) }
        return .json(version.json(origin: request.origin, request: request), headers: [("Cache-Control", "public, s-maxage=3600")])
    }

    private func badNumber(_ name: String) -> Reply {
        .json(["error": .string("✖ Invalid input: expected number, received NaN\n  → at \(name)")], status: 400)
    }

    private func hasToken(_ request: HubRequest) -> Bool {
        CivitaiDownload(state: state, request: request).isSignedIn
    }
}
