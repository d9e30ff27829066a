import Foundation
import Synchronization

/// One request of `/api/download/models/{versionId}`, judged in the order in which the service judges it.
struct CivitaiDownload: Sendable {
    let state: HubState
    let request: HubRequest

    /// Whether the request carries the accepted token. With an Authorization header, `token=` is not looked at.
    var isSignedIn: Bool {
        let token = request.header("Authorization") == nil ? request.item("token") : request.bearerToken
        return token == state.configuration.civitaiToken
    }

    /// The service takes a client for a browser by these words in its User-Agent, and then answers with pages.
    private var isBrowser: Bool {
        let agent = request.header("User-Agent")?.lowercased() ?? ""
        return ["mozilla", "chrome", "safari", "firefox", "opera", "edge"].contains { agent.contains($0) }
    }

    func answer(_ text: String?) -> Reply {
        guard let text else { return .json(["error": "Missing modelVersionId"], status: 400, headers: uncached) }
        guard let id = Int(text) else {
            return .json(
                ["error": "✖ Invalid input: expected number, received NaN\n  → at modelVersionId"], status: 400, headers: uncached)
        }
        if let limit = state.configuration.civitaiDownloadLimit,
            state.versions.withLock({ $0.reduce(0) { $0 + $1.downloads } }) >= limit
        {
            return refusal(
                429, "We've noticed an unusual amount of downloading from your account. Contact support@civitai.com or come back later.")
        }
        guard let version = state.versions.withLock({ $0.first { $0.id == id } }), let file = choose(from: version) else {
            return refusal(404, "File not found")
        }
        return gate(version) ?? success(version, file)
    }

    private func gate(_ version: CivitaiVersion) -> Reply? {
        switch version.gate {
        case .none: return nil
        case .failingStorage(let times):
            guard times > 0 else { return nil }
            state.versions.withLock { versions in
                guard let index = versions.firstIndex(where: { $0.id == version.id }) else { return }
                versions[index].gate = .failingStorage(times: times - 1)
            }
            return refusal(404, "File not found", cacheControl: "private, no-store")
        case .archived: return refusal(410, "Model archived, not available for download")
        case .earlyAccess(let deadline):
            if isBrowser { return .redirect(307, to: "/model-versions/\(version.id)", headers: uncached) }
            return .json(
                [
                    "error": "Early Access", "deadline": .string(deadline),
                    "message": "This asset is in Early Access. You can use Buzz access it now!",
                ], status: 403, headers: uncached)
        case .grant where isSignedIn: return refusal(403, "You do not have access to download this file")
        case .generationOnly:
            return unauthorized("The creator of this asset has disabled downloads on this file")
        case .login where isSignedIn: return nil
        case .login, .grant:
            if isBrowser {
                let page = "/model-versions/\(version.id)".percentEncoded()
                return .redirect(307, to: "/login?returnUrl=\(page)&reason=download-auth", headers: uncached)
            }
            return unauthorized("The creator of this asset requires you to be logged in to download it")
        }
    }

    private func success(_ version: CivitaiVersion, _ file: CivitaiVersion.File) -> Reply {
        if request.method == "GET" {
            state.versions.withLock { versions in
                guard let index = versions.firstIndex(where: { $0.id == version.id }) else { return }
                versions[index].downloads += 1
            }
        }
        let content = request.content(file.content)
        let ending = file.name.split(separator: ".").last.map { "." + $0 } ?? ""
        let stored = "practice\(version.id).\(content.contentTag.prefix(4))\(ending)"
        let name = "attachment; filename=\"\(file.name.replacingOccurrences(of: "\"", with: ""))\""
        let path = (version.deliversFromR2 ? "/model/1/" : "/file/civitai-modelfiles/model/1/") + stored.percentEncoded(keeping: "/")
        let link = state.link(to: content, path: path, style: version.deliversFromR2 ? .r2 : .b2, disposition: name)
        return .redirect(307, to: link, headers: uncached)
    }

    /// The file by `fileId`, else the one that scores best for the wishes in the query, unless a wish contradicts it.
    private func choose(from version: CivitaiVersion) -> CivitaiVersion.File? {
        if let id = request.item("fileId") { return version.files.first { String($0.id) == id } }
        let type = request.item("type")
        let candidates = version.files.filter { type == nil || $0.type == type }
        let scored = candidates.map { file -> (file: CivitaiVersion.File, score: Int) in
            var score = ["Model", "Pruned Model", "UNet", "Diffusion Model"].contains(file.type) ? 1000 : 0
            score += file.format == request.item("format") ?? "SafeTensor" ? 100 : -100
            score += file.size == request.item("size") ?? "pruned" ? 10 : -10
            score += file.fp == request.item("fp") ?? "fp16" ? 1 : -1
            return (file, score)
        }
        guard let best = scored.max(by: { $0.score < $1.score })?.file else { return nil }
        let wishes = [("format", best.format), ("size", best.size), ("fp", best.fp)]
        let isContradicted = wishes.contains { name, value in
            if let wish = request.item(name), let value { wish != value } else { false }
        }
        return isContradicted ? nil : best
    }

    private let uncached: [(name: String, value: String)] = [("Cache-Control", "no-store, max-age=0")]

    private func unauthorized(_ message: String) -> Reply {
        .json(["error": "Unauthorized", "message": .string(message)], status: 401, headers: uncached)
    }

    private func refusal(_ status: Int, _ message: String, cacheControl: String = "no-store, max-age=0") -> Reply {
        let headers = [(name: "Cache-Control", value: cacheControl)]
        return isBrowser
            ? .text(message, status: status, headers: headers) : .json(["error": .string(message)], status: status, headers: headers)
    }

    init(state: HubState, request: HubRequest) {
        self.state = state
        self.request = request
    }
}
