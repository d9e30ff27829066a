internal import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A token for a job that proves who it is instead of holding one ("trusted publishers"): first in `huggingface_hub`'s order
/// when `HF_OIDC_RESOURCE` is set.
///
/// The proof is in `HF_OIDC_ID_TOKEN`, or GitHub Actions gives it to a job with `permissions: id-token: write`. The Hub
/// changes it for a short-lived token at `/oauth/token` (RFC 8693).
struct HubIdentity {
    let endpoint: WebURL
    let context: SourceContext
    /// What the token gives access to: a repo or a user's name.
    private let resource: String

    /// - Returns: nil when none is asked for.
    init?(endpoint: WebURL, context: SourceContext) {
        guard let resource = context.environment["HF_OIDC_RESOURCE"], !resource.isEmpty,
            !HubToken.isTrue(context.environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"])
        else { return nil }
        self.endpoint = endpoint
        self.context = context
        self.resource = resource
    }

    /// The variable is never set by chance, so a failure ends the request.
    /// - Throws: ``Failure`` of kind `needs_login`; ``TransientRefusal``, ``TransportFault``.
    func token() async throws -> HubToken {
        guard OriginBoundSecrets.isConfidential(endpoint), let url = WebURL("\(base)/oauth/token") else {
            throw failed("\(endpoint.origin) is not https.")
        }
        var request = HTTPRequest(.post, url, headers: [("Accept", "application/json"), ("Content-Type", "application/json")])
        let question = Question(subjectToken: try await proof(), resource: resource)
        request.body = Array((try? JSONEncoder().encode(question)) ?? Data())
        // The body is the secret here: it goes to this address and is not sent on.
        let response = try await context.send(request)
        let secret = try read(response, "the Hub") { (answer: Answer) in answer.accessToken }
        return HubToken(secret: secret, place: "HF_OIDC_RESOURCE")
    }

    private func proof() async throws -> String {
        let environment = context.environment
        if let given = environment["HF_OIDC_ID_TOKEN"].flatMap(HubToken.clean) { return given.reveal() }
        guard environment["GITHUB_ACTIONS"] == "true", let address = environment["ACTIONS_ID_TOKEN_REQUEST_URL"],
            let token = environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"].flatMap(HubToken.clean),
            let url = WebURL(address + (address.contains("?") ? "&" : "?") + "audience=" + base.percentEncoded()), url.scheme == "https"
        else { throw failed("there is no proof: HF_OIDC_ID_TOKEN is not set, and no GitHub Actions job may write id-token here.") }
        var request = HTTPRequest(.get, url, headers: [("Accept", "application/json")])
        request.secretHeaders = [("Authorization", Secret("Bearer " + token.reveal()))]
        return try read(try await context.send(request), "GitHub") { (answer: Minted) in answer.value }.reveal()
    }

    private func read<Value: Decodable>(_ response: HTTPResponse, _ who: String, _ take: (Value) -> String) throws -> Secret {
        if ServerAnswer.isTransient(response) { throw ServerAnswer.refusal(response, service: who, now: context.now()) }
        guard response.status == 200, let value = try? JSONDecoder().decode(Value.self, from: Data(response.body)),
            let secret = HubToken.clean(take(value))
        else { throw failed("\(who) did not accept the proof (HTTP \(response.status)).") }
        return secret
    }

    private var base: String { EndpointURL.prefix(endpoint) }

    private func failed(_ why: String) -> Failure {
        Failure(
            .needsLogin, "no Hugging Face token could be obtained for \(resource), which HF_OIDC_RESOURCE asks for.", why: why,
            hint: "unset HF_OIDC_RESOURCE to use HF_TOKEN or a login instead.")
    }

    private struct Question: Encodable {
        var grantType = "urn:ietf:params:oauth:grant-type:token-exchange"
        var subjectTokenType = "urn:ietf:params:oauth:token-type:id_token"
        var subjectToken: String
        var resource: String

        private enum CodingKeys: String, CodingKey {
            case resource
            case grantType = "grant_type"
            case subjectTokenType = "subject_token_type"
            case subjectToken = "subject_token"
        }
    }

    private struct Answer: Decodable {
        var accessToken: String

        private enum CodingKeys: String, CodingKey { case accessToken = "access_token" }
    }

    private struct Minted: Decodable { var value: String }
}
