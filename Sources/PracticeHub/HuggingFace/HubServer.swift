import Foundation
import Synchronization

/// The stand-in for huggingface.co: the API, the resolver, and the cache of small files.
struct HubServer: Sendable {
    let state: HubState

    func answer(_ request: HubRequest) -> Reply {
        let segments = request.segments
        let isResolver = segments.contains("resolve") || segments.contains("resolve-cache") || segments.contains("raw")
        if let other = state.configuration.forwardsTo { return .redirect(308, to: other + request.target) }
        let quota = state.quotas.count(isResolver ? .resolvers : .api)
        var reply: Reply
        if quota.isExceeded {
            reply = .json(
                ["error": "We had to rate limit your IP. To continue using our service, create a HF account or login."], status: 429)
        } else if segments == ["api", "whoami-v2"] {
            reply = whoami(request)
        } else if let registry = HubRegistry(state: state, segments: segments) {
            reply = registry.answer(request)
        } else if segments.isEmpty {
            reply = .html("Hugging Face")
        } else if let address = HubAddress(segments) {
            reply = answer(request, address)
        } else {
            reply = failure(404, message: "Sorry, we can't find the page you are looking for.")
        }
        for (name, value) in quota.headers { reply.setHeader(name, value) }
        if state.configuration.omitsMetadata {
            reply.headers.removeAll { ["x-repo-commit", "x-linked-size", "x-linked-etag"].contains($0.name.lowercased()) }
        }
        return reply
    }

    private func answer(_ request: HubRequest, _ address: HubAddress) -> Reply {
        let token = request.bearerToken
        let isOwner = token == state.configuration.hubToken
        guard token == nil || isOwner || token == state.configuration.hubStrangerToken else {
            return failure(401, message: "Invalid credentials in Authorization header")
        }
        let found = state.repositories.withLock { $0.first { $0.kind == address.kind && $0.id == address.id } }
        guard let repository = found, isOwner || repository.access != .private else {
            return token == nil
                ? failure(401, message: "Invalid username or password.")
                : failure(404, code: "RepoNotFound", message: "Repository not found")
        }
        if case .renamed(let id) = repository.access {
            let path = request.path.replacingOccurrences(of: "/" + repository.id, with: "/" + id)
            return .redirect(307, to: request.query.isEmpty ? path : path + "?" + request.query)
        }
        switch address.wish {
        case .page: return .html(repository.id)
        case .refs: return .json(repository.references(withPullRequests: request.item("include_prs") == "1"))
        case .cached where !HubAddress.isCommit(address.revision ?? ""):
            return failure(400, message: "Invalid commit hash")
        default: break
        }
        guard let revision = repository.revision(address.revision ?? "main") else {
            return failure(404, code: "RevisionNotFound", message: "Invalid rev id: \(address.revision ?? "")")
        }
        let listing = HubListing(state: state, request: request, repository: repository, revision: revision)
        let files = HubFiles(state: state, request: request, repository: repository, revision: revision)
        switch address.wish {
        case .info: return .json(repository.info(at: revision, blobs: request.item("blobs") == "true", request: request))
        case .tree: return listing.tree(under: address.path)
        case .pathsInfo: return listing.pathsInfo()
        case .xetToken: return failure(404, message: "Xet is not offered here")
        case .resolve, .raw, .cached:
            return barrier(repository, token: token) ?? files.answer(address.path, address.wish)
        case .refs, .page: return .html(repository.id)
        }
    }

    /// What keeps a visitor from a repository's bytes, though not from its description.
    private func barrier(_ repository: HubRepository, token: String?) -> Reply? {
        let kind = repository.kind.singular
        switch repository.access {
        case .disabled: return failure(403, message: "Access to this resource is disabled.")
        case .gated where token == nil:
            return failure(
                401, code: "GatedRepo",
                message: "Access to \(kind) \(repository.id) is restricted. You must have access to it and be authenticated "
                    + "to access it. Please log in.")
        case .gated where token != state.configuration.hubToken:
            return failure(
                403, code: "GatedRepo",
                message: "Access to \(kind) \(repository.id) is restricted and you are not in the authorized list. "
                    + "Visit https://huggingface.co/\(repository.id) to ask for access.")
        default: return nil
        }
    }

    private func whoami(_ request: HubRequest) -> Reply {
        guard let token = request.bearerToken else { return failure(401, message: "Invalid username or password.") }
        let isStranger = token == state.configuration.hubStrangerToken
        guard token == state.configuration.hubToken || isStranger else {
            return failure(401, message: "Invalid credentials in Authorization header")
        }
        let name: JSON = isStranger ? "stranger" : "practice"
        return .json([
            "type": "user", "id": "000000000000000000000001", "name": name, "fullname": name, "isPro": false, "orgs": [],
            "auth": ["type": "access_token", "accessToken": ["displayName": "practice", "role": "read"]],
        ])
    }

    private func failure(_ status: Int, code: String? = nil, message: String) -> Reply { .hubFailure(status, code: code, message: message) }
}

extension Reply {
    /// An error as the Hub writes it: the code and the message in headers, the message in the body too.
    static func hubFailure(
        _ status: Int, code: String? = nil, message: String, headers: [(name: String, value: String)] = []
    ) -> Reply {
        let named = code.map { [(name: "X-Error-Code", value: $0)] } ?? []
        return .json(["error": .string(message)], status: status, headers: named + [("X-Error-Message", message)] + headers)
    }
}
