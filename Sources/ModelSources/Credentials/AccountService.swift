package import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A service that people have accounts with.
package enum AccountService: String, Sendable, CaseIterable {
    case hf, civitai

    /// As people call it.
    package var title: String { self == .hf ? "Hugging Face" : "CivitAI" }
    /// Where tokens are made.
    package var tokenPage: String {
        self == .hf ? "https://huggingface.co/settings/tokens" : "https://civitai.com/user/account"
    }

    /// The environment variable that sets the service's endpoint.
    private var variable: String { self == .hf ? "HF_ENDPOINT" : "FETCHCTL_CIVITAI_ENDPOINT" }

    /// The token that downloads would use, and where it was found; nil when there is none.
    package func tokenInForce(_ context: SourceContext) -> (secret: Secret, place: String)? {
        switch self {
        case .hf: HubToken.inForce(context).map { ($0.secret, $0.place) }
        case .civitai: CivitaiToken.find(in: nil, context).map { ($0.secret, $0.place) }
        }
    }

    /// The places that ``tokenInForce(_:)`` looks at, as a sentence lists them.
    package func places(_ environment: [String: String]) -> String {
        self == .hf ? HubToken.places(environment, always: true) : CivitaiToken.places
    }

    /// Where `huggingface_hub` keeps the token in use, and all that logins kept; nil without a home.
    package static func hubFiles(_ environment: [String: String]) -> (active: String, stored: String)? {
        guard let active = HubToken.file(environment), let stored = HubToken.storedTokens(environment) else { return nil }
        return (active, stored)
    }

    /// A token as a person gives it; nil when nothing usable is in the text.
    package func token(from text: String) -> Secret? { HubToken.clean(text) }

    /// Asks the service whose a token is.
    /// - Throws: ``Failure`` of kind `token_rejected` when the service does not know it; ``TransientRefusal``, ``TransportFault``.
    package func account(of token: Secret, endpoints: ServiceEndpoints, context: SourceContext) async throws -> ServiceAccount {
        if self == .hf, let variable = HubFolders.offline(context.environment) { throw HubErrors.offline(variable) }
        let base = self == .hf ? endpoints.huggingFace : endpoints.civitai ?? WebURL("https://civitai.com")!
        guard OriginBoundSecrets.isConfidential(base) else {
            throw Failure(
                .config, "the token is not sent to \(base.origin): it is http, not https.", why: "others could read it on the way.",
                hint: "unset \(variable), or give an https address there.")
        }
        switch self {
        case .hf: return try await HubAccount(endpoint: base, context: context).ask(token)
        case .civitai: return try await CivitaiAccount(endpoint: base, context: context).ask(token)
        }
    }

    /// Asks who a token belongs to.
    /// - Throws: ``Failure`` when the service refuses the token or answers something else.
    func ask<Answer: Decodable>(
        _ path: String, at base: WebURL, _ token: Secret, _ context: SourceContext, as type: Answer.Type
    ) async throws -> Answer {
        let response = try await ask(path, at: base, token, context)
        guard response.status == 200, let answer = try? JSONDecoder().decode(type, from: Data(response.body)) else {
            throw refusal(response, token, context)
        }
        return answer
    }

    /// Sends one request with a token, which goes to its origin only.
    private func ask(_ path: String, at base: WebURL, _ token: Secret, _ context: SourceContext) async throws -> HTTPResponse {
        let url = try EndpointURL.join(base, path, variable: variable)
        let secrets = OriginBoundSecrets(headers: [("Authorization", Secret("Bearer " + token.reveal()))], origins: [base.origin])
        let walk = RedirectWalk(policy: RedirectPolicy(start: base), send: context.send)
        // Elsewhere the question would be asked without the token, and the answer would say nothing of it.
        let arrival = try await walk.run(
            HTTPRequest(.get, url, headers: [("Accept", "application/json")]), secrets: secrets, following: { $0.origin == base.origin })
        return arrival.response
    }

    /// What an answer that names no account means.
    func refusal(_ response: HTTPResponse, _ token: Secret, _ context: SourceContext) -> any Error {
        let said = response.headers["X-Error-Message"] ?? ServerAnswer.words(response)
        let clean = said.flatMap { ServerAnswer.clean($0, hiding: [("", token)]) }
        let because = clean.map { "it said: \($0)" }
        if ServerAnswer.isTransient(response) { return ServerAnswer.refusal(response, service: title, said: clean, now: context.now()) }
        switch response.status {
        case 403 where response.isHTML:
            return TransientRefusal(
                Failure(
                    .server, "a gateway in front of \(title) refused the request.",
                    why: "HTTP 403 and a web page: it does not tell whether the token is valid.",
                    hint: "try again later, or from another network."), retryAfter: RetryAfter.wait(response, now: context.now()))
        case 451:
            return Failure(
                .region, "\(title) is not available where this machine is.", why: because,
                hint: "use a network in a country that it serves.")
        case 401, 403:
            return Failure(
                .tokenRejected, "\(title) does not accept this token.", why: because ?? "it is wrong, or has expired or been revoked.",
                hint: "make a new one at \(tokenPage), then: fetchctl login \(rawValue)", page: tokenPage)
        default:
            return Failure(
                .server, "\(title) does not say whose token this is (HTTP \(response.status)).", why: because, hint: "try again later.")
        }
    }
}
