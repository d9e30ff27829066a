internal import FetchTypes
internal import ModelReference

/// What is being asked for at the Hub, for URLs and messages.
struct HubSubject: Sendable {
    var type: HubReference.RepoType
    /// `org/name`, or a one-word name.
    var repo: String
    /// A branch, tag, `refs/…` or commit.
    var revision: String
    var path: String?

    /// As it follows `hf:` and the Hub's host: `org/name`, `datasets/org/name`.
    var name: String { (type == .model ? "" : type.rawValue + "/") + repo }
}

/// The Hub at one endpoint, asked with the user's token for as long as the Hub takes it.
struct HubSession: Sendable {
    let endpoint: WebURL
    let context: SourceContext
    let credential: HubCredential

    init(endpoint: WebURL, context: SourceContext) {
        self.endpoint = endpoint
        self.context = context
        var token = HubToken.find(context)
        if token != nil, !OriginBoundSecrets.isConfidential(endpoint) {
            context.warn("token_not_sent", "the Hugging Face token is not sent to \(endpoint.origin): it is http, not https.")
            token = nil
        }
        credential = HubCredential(token)
    }

    /// The endpoint without the final slash.
    private var base: String { EndpointURL.prefix(endpoint) }

    /// The page of a repo, for people.
    func page(_ subject: HubSubject) -> String { "\(base)/\(subject.name)" }

    func api(_ subject: HubSubject, _ parts: String...) throws(Failure) -> WebURL {
        try url((["api", subject.type.rawValue, subject.repo.percentEncoded(keeping: "/")] + parts).joined(separator: "/"))
    }

    /// Where a file's bytes are asked for.
    func resolve(_ subject: HubSubject, commit: String, path: String) throws(Failure) -> WebURL {
        let prefix = subject.type == .model ? "" : subject.type.rawValue + "/"
        return try url("\(prefix)\(subject.repo.percentEncoded(keeping: "/"))/resolve/\(commit)/\(path.percentEncoded(keeping: "/"))")
    }

    private func url(_ path: String) throws(Failure) -> WebURL {
        try EndpointURL.join(endpoint, "/" + path, variable: "HF_ENDPOINT")
    }

    /// Whether a URL is the Hub's, as opposed to its content network's: the endpoint, or what mirrors send on to.
    func isHub(_ url: WebURL) -> Bool {
        url.origin == endpoint.origin || url.scheme == "https" && url.port == 443 && ["huggingface.co", "hf.co"].contains(url.host)
    }

    /// Asks, following redirects, the token staying with the endpoint. When the Hub rejects the token, which it does for
    /// public repos too, asks once more without it and goes on without it.
    ///
    /// - Parameter following: which redirects to follow; mirrors send descriptions anywhere.
    func ask(_ request: HTTPRequest, following: (WebURL) -> Bool = { _ in true }) async throws -> RedirectWalk.Arrival {
        let walk = RedirectWalk(policy: RedirectPolicy(start: endpoint), send: context.send)
        let token = credential.token
        var arrival = try await walk.run(request, secrets: secrets(token), following: following)
        // A token that is good is answered 403 or 404, never 401.
        if let token, arrival.response.status == 401, !arrival.secrets.headers.isEmpty {
            credential.reject()
            if keepsToToken(token) { return arrival }
            arrival = try await walk.run(request, following: following)
            if arrival.response.status < 400, credential.isNew("token:rejected") {
                context.warn(
                    "token_rejected",
                    "Hugging Face rejects the token from \(token.place); going on without it. "
                        + (token.isStored
                            ? "It may have expired: renew it with fetchctl login hf."
                            : "For a new one see https://huggingface.co/settings/tokens"))
            }
        }
        for notice in arrival.response.headers.all("X-HF-Warning") {
            let topic = String(notice.prefix { $0 != ";" })
            let text = notice.dropFirst(topic.count).drop { $0 == ";" || $0 == " " }
            if credential.isNew("hub:" + topic), let words = ServerAnswer.clean(String(text.isEmpty ? notice[...] : text)) {
                context.warn("hub_notice", "Hugging Face says: \(words)")
            }
        }
        return arrival
    }

    /// Whether a request ends when the Hub rejects this token.
    func keepsToToken(_ token: HubToken) -> Bool { token.isTyped && context.selection.keepsToToken }

    private func secrets(_ token: HubToken?) -> OriginBoundSecrets {
        guard let token else { return .none }
        return OriginBoundSecrets(headers: [("Authorization", Secret("Bearer " + token.secret.reveal()))], origins: [endpoint.origin])
    }
}
