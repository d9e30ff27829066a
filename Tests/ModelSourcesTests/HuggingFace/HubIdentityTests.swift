import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("A job that authenticates by OIDC")
struct HubIdentityTests {
    private static let exchange = "POST \(HubScript.base)/oauth/token"

    @Test func getsATokenForItsProofAndUsesItBeforeAnyOther() async throws {
        let server = HubScript.server()
        server.on(Self.exchange, 200, #"{"access_token":"hf_jwt_x","token_type":"bearer","expires_in":3600}"#)
        _ = try await server.resolve(
            HubScript.reference(), ["HF_OIDC_RESOURCE": "org/name", "HF_OIDC_ID_TOKEN": " proof\n", "HF_TOKEN": "hf_other"])
        let asked = String(decoding: server.requests[0].body ?? [], as: UTF8.self)
        #expect(asked.contains(#""subject_token":"proof""#) && asked.contains("token-exchange"))
        #expect(server.requests[0].secretHeaders.isEmpty)
        #expect(server.requests.dropFirst().allSatisfy { $0.secretHeaders.map { $0.value.reveal() } == ["Bearer hf_jwt_x"] })
    }

    @Test func asksGitHubForTheProofWhereAJobMay() async throws {
        let server = HubScript.server()
        server.on("https://actions.example/mint?v=1&audience=https%3A%2F%2Fhuggingface.co", 200, #"{"value":"minted"}"#)
        server.on(Self.exchange, 200, #"{"access_token":"hf_jwt_x"}"#)
        _ = try await server.resolve(
            HubScript.reference(),
            [
                "HF_OIDC_RESOURCE": "org/name", "GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
                "ACTIONS_ID_TOKEN_REQUEST_URL": "https://actions.example/mint?v=1",
            ])
        #expect(String(decoding: server.requests[1].body ?? [], as: UTF8.self).contains("minted"))
    }

    @Test(
        "is told when that does not work, and nothing else is tried",
        arguments: [
            ["HF_OIDC_RESOURCE": "org/name"], ["HF_OIDC_RESOURCE": "org/name", "HF_OIDC_ID_TOKEN": "proof"],
            ["HF_OIDC_RESOURCE": "org/name", "HF_OIDC_ID_TOKEN": "proof", "HF_ENDPOINT": "http://mirror.example"],
        ])
    func refused(environment: [String: String]) async throws {
        let server = HubScript.server()
        server.on(Self.exchange, 403)
        let failed = try await failure { try await server.resolve(HubScript.reference(), environment) }
        #expect(failed?.kind == .needsLogin)
        #expect(failed?.description.contains("HF_OIDC_RESOURCE") == true && failed?.description.contains("proof\"") == false)
        #expect(!server.lines.contains { $0.contains("/api/") })
    }

    @Test func isNobodyWhereImplicitTokensAreForbidden() async throws {
        let server = HubScript.server()
        _ = try await server.resolve(HubScript.reference(), ["HF_OIDC_RESOURCE": "org/name", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"])
        #expect(server.secretOrigins.isEmpty)
    }
}
