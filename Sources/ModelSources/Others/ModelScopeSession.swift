internal import FetchTypes

/// ModelScope's API, at its own host or at the endpoint that replaces it.
struct ModelScopeSession: Sendable {
    private static let hosts: Set<String> = ["modelscope.cn", "www.modelscope.cn"]

    let context: SourceContext
    let base: WebURL
    private let secrets: OriginBoundSecrets

    init(endpoint: WebURL?, context: SourceContext) {
        self.context = context
        base = endpoint ?? WebURL("https://www.modelscope.cn")!
        guard let token = context.environment["MODELSCOPE_API_TOKEN"].flatMap(Secret.init(trimming:)) else {
            secrets = .none
            return
        }
        guard OriginBoundSecrets.isConfidential(base) else {
            context.warn("token_not_sent", "MODELSCOPE_API_TOKEN is not sent to \(base.origin): it is http, not https.")
            secrets = .none
            return
        }
        // Its API takes the one, its file addresses the other.
        secrets = OriginBoundSecrets(
            headers: [("Authorization", Secret("Bearer " + token.reveal())), ("Cookie", Secret("m_session_id=" + token.reveal()))],
            origins: Set(endpoint.map { [$0.origin] } ?? Self.hosts.map { Origin(scheme: "https", host: $0, port: 443) }))
    }

    var policy: RedirectPolicy { RedirectPolicy(start: base) }

    func page(_ repo: String) -> String { "https://modelscope.cn/models/\(repo)" }

    func url(_ path: String) throws(Failure) -> WebURL {
        try EndpointURL.join(base, path, variable: "FETCHCTL_MODELSCOPE_ENDPOINT")
    }

    private func isOwn(_ url: WebURL) -> Bool {
        url.origin == base.origin
            || url.scheme == "https" && url.port == 443 && Self.hosts.contains(base.host) && Self.hosts.contains(url.host)
    }

    func ask(_ request: HTTPRequest) async throws -> RedirectWalk.Arrival {
        try await RedirectWalk(policy: policy, send: context.send).run(request, secrets: secrets, following: isOwn)
    }

    /// ``Failure`` or ``TransientRefusal`` for an answer that is neither list nor file.
    func refusal(_ response: HTTPResponse, about subject: String, repo: String) -> any Error {
        let said = ServerAnswer.words(response, hiding: secrets.headers)
        if ServerAnswer.isTransient(response) {
            return ServerAnswer.refusal(response, service: "ModelScope", said: said, now: context.now())
        }
        let why = said.map { "it said: \($0)" }
        let hasToken = !secrets.headers.isEmpty
        switch response.status {
        case 404, 410:
            return Failure(
                .notFound,
                "ModelScope has no \(subject)" + (hasToken ? ", or this token's account may not see it." : ", or it is private."),
                why: why,
                hint: hasToken
                    ? "check org, name, revision and path: \(page(repo))"
                    : "check org, name, revision and path; for a private one set MODELSCOPE_API_TOKEN.", page: page(repo))
        case 401 where hasToken:
            return Failure(
                .tokenRejected, "ModelScope does not take MODELSCOPE_API_TOKEN.", why: why,
                hint: "make a new one at https://modelscope.cn/my/myaccesstoken", page: page(repo))
        case 401, 403:
            return Failure(
                hasToken ? .gated : .needsLogin, "ModelScope does not allow \(subject).", why: why,
                hint: hasToken ? "ask for access on its page: \(page(repo))" : "set MODELSCOPE_API_TOKEN to a token that may read it.",
                page: page(repo))
        default:
            return Failure(
                .server, "ModelScope gave an answer about \(subject) that makes no sense here (HTTP \(response.status)).", why: why,
                hint: "try again later.", page: page(repo))
        }
    }
}
