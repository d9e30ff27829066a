internal import FetchTypes
internal import JSONText

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// CivitAI's API, at its own hosts or at the endpoint that replaces them.
struct CivitaiSession: Sendable {
    /// The hosts that a token may go to, over https. Exact names: `b2.civitai.com` is the content network,
    /// which refuses requests that carry one.
    static let hosts: Set<String> = [
        "civitai.com", "www.civitai.com", "api.civitai.com", "civitai.red", "www.civitai.red", "civitai.green", "civitai.blue",
    ]

    let context: SourceContext
    /// Without final slash; the service's own when nil.
    let endpoint: WebURL?
    let token: CivitaiToken?
    /// Where to ask, in order; a later one only when an earlier knows of nothing.
    let bases: [WebURL]

    /// - Parameter host: the one that the reference names.
    init(host: String?, token: Secret?, endpoint: WebURL?, context: SourceContext) {
        self.context = context
        self.endpoint = endpoint
        let named = host.flatMap { Self.hosts.contains($0) ? $0 : nil } ?? "civitai.com"
        // What .com does not show, .red does; the numbers and the accounts are the same.
        let hosts = named == "civitai.com" ? [named, "civitai.red"] : [named]
        bases = endpoint.map { [$0] } ?? hosts.compactMap { WebURL("https://\($0)") }
        var found = CivitaiToken.find(in: token, context)
        if found != nil, let endpoint, !OriginBoundSecrets.isConfidential(endpoint) {
            context.warn("token_not_sent", "the CivitAI token is not sent to \(endpoint.origin): it is http, not https.")
            found = nil
        }
        self.token = found
    }

    /// Whether a URL is CivitAI's own, as opposed to its content network's.
    func isOwn(_ url: WebURL) -> Bool {
        if let endpoint { return url.origin == endpoint.origin }
        return url.scheme == "https" && url.port == 443 && Self.hosts.contains(url.host)
    }

    /// - Returns: nil for a 404.
    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func get<T: Decodable>(_ type: T.Type, _ path: String, at base: WebURL, about subject: String) async throws -> T? {
        try await answer(path, at: base, about: subject) { try? JSONDecoder().decode(type, from: Data($0)) }
    }

    /// The same as it came.
    func document(_ path: String, at base: WebURL, about subject: String) async throws -> JSONTree? {
        try await answer(path, at: base, about: subject) { JSONTree($0) }
    }

    private func answer<T>(_ path: String, at base: WebURL, about subject: String, _ read: ([UInt8]) -> T?) async throws -> T? {
        let url = try self.url(path, at: base)
        let arrival = try await describe(HTTPRequest(.get, url, headers: [("Accept", "application/json")]))
        let response = arrival.response
        switch response.status {
        case 200:
            if !response.isTruncated, let value = read(response.body) { return value }
            // A page instead of data is the gateway's in front.
            if response.isHTML { throw CivitaiErrors.gateway(response, nil, session: self) }
            throw Self.unclear(subject)
        case 404: return nil
        case 400:
            throw Failure(
                .notFound, "CivitAI does not take the question about \(subject).",
                why: ServerAnswer.words(response, hiding: sentSecrets).map { "it said: \($0)" }, hint: "check the numbers in the reference."
            )
        default:
            let refusal = CivitaiErrors.refusal(response, subject: subject, page: nil, session: self)
            if (refusal as? Failure)?.kind == .needsLogin { throw await loginFailure(subject, page: nil, at: base) }
            throw refusal
        }
    }

    static func unclear(_ subject: String) -> Failure {
        Failure(.server, "CivitAI's answer about \(subject) cannot be understood.", hint: "try again later.")
    }

    /// The download endpoint takes an unknown token for none at all; only `/me` tells.
    func loginFailure(_ subject: String, page: String?, at base: WebURL) async -> Failure {
        guard let token else { return CivitaiErrors.needsLogin(subject, page: page, session: self) }
        return switch await isTokenKnown(at: base) {
        case false?: CivitaiErrors.tokenRejected(subject, token: token, page: page)
        case true?: CivitaiErrors.notForThisAccount(subject, token: token, page: page)
        case nil: CivitaiErrors.needsLogin(subject, page: page, session: self)
        }
    }

    /// What must not be in a message, should an answer repeat it.
    var sentSecrets: [(name: String, value: Secret)] { token.map { [(name: "", value: $0.secret)] } ?? [] }

    /// Asks every base in turn.
    /// - Parameter asked: bases that have said already that there is none.
    func lookUp<T: Decodable>(_ type: T.Type, _ path: String, about subject: String, after asked: Int = 0) async throws -> (
        value: T, base: WebURL
    )? {
        for (index, base) in bases.enumerated().dropFirst(asked) {
            do {
                if let value = try await get(type, path, at: base, about: subject) { return (value, base) }
            } catch let fault as TransportFault where index > 0 && fault.kind != .cancelled {
                // The first host's "there is none" counts.
                return nil
            }
        }
        return nil
    }

    /// Whether CivitAI knows the token; nil when it does not say.
    func isTokenKnown(at base: WebURL) async -> Bool? {
        guard token != nil, let url = try? url("/api/v1/me", at: base),
            let response = try? await describe(HTTPRequest(.get, url)).response
        else { return nil }
        return response.status == 401 ? false : response.isSuccess ? true : nil
    }

    /// Asks for a description, which several references of a run may share. Download links are asked for by ``ask(_:following:)``.
    private func describe(_ request: HTTPRequest) async throws -> RedirectWalk.Arrival {
        try await RedirectWalk(policy: policy, send: context.describe ?? context.send).run(request, secrets: secrets, following: isOwn)
    }

    func ask(_ request: HTTPRequest, following: (WebURL) -> Bool) async throws -> RedirectWalk.Arrival {
        try await RedirectWalk(policy: policy, send: context.send).run(request, secrets: secrets, following: following)
    }

    var policy: RedirectPolicy { RedirectPolicy(start: endpoint ?? bases[0]) }

    func url(_ path: String, at base: WebURL) throws(Failure) -> WebURL {
        try EndpointURL.join(base, path, variable: "FETCHCTL_CIVITAI_ENDPOINT")
    }

    private var secrets: OriginBoundSecrets {
        guard let token else { return .none }
        let origins = endpoint.map { [$0.origin] } ?? Self.hosts.map { Origin(scheme: "https", host: $0, port: 443) }
        return OriginBoundSecrets(headers: [("Authorization", Secret("Bearer " + token.secret.reveal()))], origins: Set(origins))
    }
}
