internal import FetchTypes
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// GitHub at its own hosts, or at the endpoint that replaces all of them, which is laid out as GitHub Enterprise Server is.
struct GitHubSession: Sendable {
    /// Hosts that are GitHub's own, as opposed to its storage's.
    private static let hosts: Set<String> = [
        "github.com", "www.github.com", "api.github.com", "raw.githubusercontent.com", "media.githubusercontent.com",
    ]

    /// Which of GitHub's services is asked.
    enum Service {
        case site, api, raw, media

        fileprivate var origin: String {
            switch self {
            case .site: "https://github.com"
            case .api: "https://api.github.com"
            case .raw: "https://raw.githubusercontent.com"
            case .media: "https://media.githubusercontent.com/media"
            }
        }

        /// The path below an endpoint.
        fileprivate var folder: String {
            switch self {
            case .site: ""
            case .api: "/api/v3"
            case .raw: "/raw"
            case .media: "/media"
            }
        }

        /// Whether a token does anything there: the site itself takes none.
        fileprivate var takesToken: Bool { self != .site }
    }

    let context: SourceContext
    let endpoint: WebURL?
    private let token: RevocableToken

    init(endpoint: WebURL?, context: SourceContext) {
        self.endpoint = endpoint
        self.context = context
        var secret = context.environment["GITHUB_TOKEN"].flatMap(Secret.init(trimming:))
        if secret != nil, let endpoint, !OriginBoundSecrets.isConfidential(endpoint) {
            context.warn("token_not_sent", "GITHUB_TOKEN is not sent to \(endpoint.origin): it is http, not https.")
            secret = nil
        }
        token = RevocableToken(secret)
    }

    var hasToken: Bool { token.value != nil }
    var policy: RedirectPolicy { RedirectPolicy(start: endpoint ?? WebURL("https://github.com")!) }
    var host: String { endpoint?.host ?? "github.com" }

    func url(_ service: Service, _ path: String) throws(Failure) -> WebURL {
        let folder = endpoint == nil ? "" : service.folder
        return try EndpointURL.join(endpoint ?? WebURL(service.origin)!, folder + path, variable: "FETCHCTL_GITHUB_ENDPOINT")
    }

    func isOwn(_ url: WebURL) -> Bool {
        if let endpoint { return url.origin == endpoint.origin }
        return url.scheme == "https" && url.port == 443 && Self.hosts.contains(url.host)
    }

    /// Asks, following redirects within GitHub; the token goes to the service that was asked and to no other.
    /// One that GitHub does not know is left out from then on, with a warning.
    func ask(_ service: Service, _ request: HTTPRequest, withToken: Bool = true) async throws -> RedirectWalk.Arrival {
        let walk = RedirectWalk(policy: policy, send: context.send)
        guard withToken, service.takesToken, let secret = token.value else { return try await walk.run(request, following: isOwn) }
        let bound = OriginBoundSecrets(headers: [("Authorization", Secret("Bearer " + secret.reveal()))], origins: [request.url.origin])
        let arrival = try await walk.run(request, secrets: bound, following: isOwn)
        guard arrival.response.status == 401, !arrival.secrets.headers.isEmpty else { return arrival }
        if token.revoke() {
            context.warn("token_rejected", "GitHub rejects GITHUB_TOKEN; going on without it.")
        }
        return try await walk.run(request, following: isOwn)
    }

    /// A release with its assets; nil when GitHub shows none of that tag, or does not say (anonymous questions are few an hour).
    func release(_ owner: String, _ repository: String, tag: String) async throws -> GitHubRelease? {
        let path = "/repos/\(owner.percentEncoded())/\(repository.percentEncoded())/releases/tags/\(tag.percentEncoded())"
        let request = HTTPRequest(
            .get, try url(.api, path), headers: [("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28")],
            maximumBody: 16 << 20, timeout: 60)
        do {
            let response = try await ask(.api, request).response
            guard response.status == 200, !response.isTruncated else { return nil }
            return try? JSONDecoder().decode(GitHubRelease.self, from: Data(response.body))
        } catch let fault as TransportFault where fault.kind != .cancelled {
            return nil
        }
    }
}

/// `GET /repos/{owner}/{repo}/releases/tags/{tag}`.
struct GitHubRelease: Decodable {
    struct Asset: Decodable, Sendable {
        /// Nil when it is not said: then only the stable address leads to it.
        var id: Int?
        var name: String
        var size: DeclaredSize
        /// `sha256:…`, of assets uploaded since mid-2025.
        var digest: PublishedDigest?
        /// `uploaded`, or `open` while it is not whole.
        var state: String?

        private enum Keys: String, CodingKey { case id, name, size, digest, state }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            id = fields.lenientInt(.id)
            name = try fields.decode(String.self, forKey: .name)
            size = fields.declaredSize(.size)
            state = fields.lenient(String.self, .state)
            let text = fields.lenient(String.self, .digest) ?? ""
            digest = text.hasPrefix("sha256:") ? PublishedDigest(.sha256, hex: String(text.dropFirst(7))) : nil
        }
    }

    var assets: [Asset]

    private enum Keys: String, CodingKey { case assets }

    init(from decoder: any Decoder) throws {
        assets = try decoder.container(keyedBy: Keys.self).lenientArray(Asset.self, .assets)
    }
}

/// A token that is used until its service rejects it.
final class RevocableToken: Sendable {
    private let secret: Mutex<Secret?>

    init(_ secret: Secret?) { self.secret = Mutex(secret) }

    var value: Secret? { secret.withLock(\.self) }

    /// - Returns: whether it was still in use.
    func revoke() -> Bool {
        secret.withLock { secret in
            defer { secret = nil }
            return secret != nil
        }
    }
}
