import FetchTypes
import Testing

@testable import ModelSources

@Suite("The account of a token")
struct ServiceAccountTests {
    private static let hub = "https://huggingface.co/api/whoami-v2"
    private static let me = "https://civitai.com/api/v1/me"

    private func ask(
        _ service: AccountService, _ server: ScriptedServer, _ environment: [String: String] = [:]
    ) async throws -> ServiceAccount {
        try await service.account(
            of: Secret("hf_secret"), endpoints: try ServiceEndpoints(environment: environment), context: server.context(environment))
    }

    @Test func theHubSaysNameTokenAndRole() async throws {
        let server = ScriptedServer()
        server.on(
            Self.hub, 200,
            #"{"name":"ada","orgs":[{"name":"lab"}],"auth":{"type":"access_token","accessToken":{"displayName":"laptop","role":"read"}}}"#)
        let account = try await ask(.hf, server)
        #expect(account == ServiceAccount(name: "ada", tokenName: "laptop", role: "read", organisations: ["lab"]))
        #expect(server.requests[0].secretHeaders.map { $0.value.reveal() } == ["Bearer hf_secret"])
    }

    @Test func civitaiSaysItsName() async throws {
        let server = ScriptedServer()
        server.on(Self.me, 200, #"{"id":1,"username":"ada"}"#)
        #expect(try await ask(.civitai, server).name == "ada")
    }

    @Test("is rejected by name", arguments: AccountService.allCases)
    func rejected(service: AccountService) async throws {
        let server = ScriptedServer()
        server.on(service == .hf ? Self.hub : Self.me, 401, #"{"error":"Unauthorized hf_secret"}"#)
        let failed = try await failure { try await ask(service, server) }
        #expect(failed?.kind == .tokenRejected)
        #expect(failed?.hint?.contains("fetchctl login \(service.rawValue)") == true)
        #expect(failed?.description.contains("hf_secret") == false)
    }

    @Test func aServiceInTroubleIsNoVerdict() async throws {
        let server = ScriptedServer()
        server.on(Self.hub, 503, "closed for repairs")
        let refused = try await refusal { try await ask(.hf, server) }
        #expect(refused?.failure.kind == .server && refused?.failure.why == "it said: closed for repairs")
        server.on(Self.me, 200, "<html>")
        #expect(try await failure { try await ask(.civitai, server) }?.kind == .server)
    }

    @Test func anAccountWithoutANameHasItsNumber() async throws {
        let server = ScriptedServer()
        server.on(Self.me, 200, #"{"id":7,"username":null}"#)
        #expect(try await ask(.civitai, server).name == "user 7")
    }

    @Test func aGatewaysRefusalSaysNothingOfTheToken() async throws {
        let server = ScriptedServer()
        server.on(Self.me, 403, "<html>", [("Content-Type", "text/html")])
        #expect(try await refusal { try await ask(.civitai, server) }?.failure.kind == .server)
    }

    @Test func aRegionIsNoVerdictOnTheToken() async throws {
        let server = ScriptedServer()
        server.on(Self.me, 451, #"{"error":"not available","code":"REGION_BLOCKED"}"#)
        #expect(try await failure { try await ask(.civitai, server) }?.kind == .region)
    }

    @Test func whatTheServiceSaysIsSaidOnce() async throws {
        let server = ScriptedServer()
        server.on(Self.me, 500, #"{"error":"oh"}"#)
        #expect(try await refusal { try await ask(.civitai, server) }?.failure.why == "it said: oh")
    }

    @Test func theTokenStaysAtItsOrigin() async throws {
        let server = ScriptedServer()
        server.on(Self.hub, 302, "", [("Location", "https://elsewhere.example/api/whoami-v2")])
        #expect(try await failure { try await ask(.hf, server) }?.kind == .server)
        #expect(server.lines.count == 1)
    }

    @Test func theTokenIsNotSentUnencrypted() async throws {
        let server = ScriptedServer()
        #expect(try await failure { try await ask(.hf, server, ["HF_ENDPOINT": "http://mirror.example"]) }?.kind == .config)
        #expect(server.lines.isEmpty)
    }

    @Test func theStoredLoginComesAfterTheEnvironmentAndBeforeTheFileOfOthers() {
        let files = ["/c/fetchctl/credentials": "[civitai]\ntoken = stored\n", "/h/.civitai/config": "other\n"]
        func found(_ environment: [String: String]) -> String? {
            CivitaiToken.find(in: nil, ScriptedServer().context(environment, files: files))?.secret.reveal()
        }
        #expect(found(["CIVITAI_API_KEY": "env", "XDG_CONFIG_HOME": "/c", "HOME": "/h"]) == "env")
        #expect(found(["XDG_CONFIG_HOME": "/c", "HOME": "/h"]) == "stored")
        #expect(found(["HOME": "/h"]) == "other")
    }
}
