import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

/// A file is refused or warned of: scans, pickles, statuses of the API, and tokens.
extension CivitaiSourceTests {
    @Test(
        "with a scan that is not clean",
        arguments: [
            ("Danger", false, true, nil), ("Danger", true, false, "unsafe"), ("Pending", false, false, "scan_pending"),
            ("Error", false, false, "scan_failed"),
        ]
            as [(String, Bool, Bool, String?)])
    func scans(scan: String, allows: Bool, fails: Bool, warning: String?) async throws {
        let server = server(scan: scan)
        var selection = FileSelection()
        selection.allowsUnsafe = allows
        let failed = try await failure { try await server.resolve(.civitai(CivitaiReference(.version(5001))), selection: selection) }
        #expect((failed?.code == .wrongData) == fails)
        #expect(failed == nil || failed?.hint?.contains("--allow-unsafe") == true)
        #expect(server.warningKinds == [warning].compactMap(\.self))
    }

    @Test func aPickleIsWarnedOfWithItsAlternative() async throws {
        let server = server()
        let found = try await server.resolve(.civitai(CivitaiReference(.version(5001), fileID: 901)))
        #expect(found.files[0].path == "pastel.ckpt")
        #expect(server.warnings.contains { $0.kind == "pickle" && $0.message.contains("--file 900") })
    }

    @Test("that is archived or taken down says so", arguments: [("Archived", "archived"), ("TakenDown", "taken down")])
    func removed(mode: String, word: String) async throws {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/1", 200, #"{"id":1,"modelId":2,"name":"v","files":[],"model":{"name":"M","mode":"\#(mode)"}}"#)
        server.on(Self.api + "models/1", 404)
        let failed = try await failure { try await server.resolve(.civitai(CivitaiReference(.version(1)))) }
        #expect(failed?.code == .notFound)
        #expect(failed?.why?.contains(word) == true)
    }

    @Test(
        "when the API refuses",
        arguments: [(429, FailureKind.rateLimited, true), (503, .server, true), (451, .region, false), (400, .notFound, false)])
    func refusals(status: Int, kind: FailureKind, isTransient: Bool) async throws {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/1", status, #"{"error":"no"}"#)
        if isTransient {
            let refused = try await refusal { try await server.resolve(.civitai(CivitaiReference(.version(1)))) }
            #expect(refused?.failure.kind == kind)
        } else {
            let failed = try await failure { try await server.resolve(.civitai(CivitaiReference(.version(1)))) }
            #expect(failed?.kind == kind)
        }
    }

    @Test func aGatewaysPageInsteadOfDataIsTriedAgain() async throws {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/1", 200, "<html>Just a moment...", [("Content-Type", "text/html"), ("Server", "cloudflare")])
        let refused = try await refusal { try await server.resolve(.civitai(CivitaiReference(.version(1)))) }
        #expect(refused?.failure.message.contains("Cloudflare") == true)
    }

    @Test func aTokenThatTheAPIRefusesIsChecked() async throws {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/1", 401, #"{"error":"Unauthorized"}"#)
        server.on(Self.api + "me", 401)
        let failed = try await failure { try await server.resolve(.civitai(CivitaiReference(.version(1))), ["CIVITAI_TOKEN": "bad"]) }
        #expect(failed?.kind == .tokenRejected)
    }

    @Test(
        "with tokens in several places use the first",
        arguments: [
            (["CIVITAI_API_TOKEN": "a", "CIVITAI_TOKEN": "b", "CIVITAI_API_KEY": "c"], nil, "Bearer a"),
            (["CIVITAI_API_TOKEN": "", "CIVITAI_TOKEN": " b\r\n", "CIVITAI_API_KEY": "c"], nil, "Bearer b"),
            (["CIVITAI_API_KEY": "c", "HOME": "/h"], nil, "Bearer c"), (["HOME": "/h"], nil, "Bearer filed"),
            (["CIVITAI_API_TOKEN": "a"], Secret("pasted"), "Bearer pasted"), (["HOME": "/other"], nil, nil),
            (["CIVITAI_API_TOKEN": "a\nb", "CIVITAI_TOKEN": "c"], nil, "Bearer c"),
        ] as [([String: String], Secret?, String?)])
    func tokens(environment: [String: String], pasted: Secret?, sent: String?) async throws {
        let server = server()
        _ = try await server.resolve(
            .civitai(CivitaiReference(.version(5001), token: pasted)), environment, files: ["/h/.civitai/config": "filed\n"])
        #expect(server.requests[0].secretHeaders.first?.value.reveal() == sent)
        #expect(server.requests.allSatisfy { !$0.url.string.contains("pasted") })
    }

    @Test func aTokenIsNotSentUnencrypted() async throws {
        let server = ScriptedServer()
        server.on("http://mirror.example/api/v1/model-versions/5001", 200, Self.version)
        _ = try await server.resolve(
            .civitai(CivitaiReference(.version(5001))), ["FETCHCTL_CIVITAI_ENDPOINT": "http://mirror.example", "CIVITAI_TOKEN": "t"])
        #expect(server.secretOrigins.isEmpty)
        #expect(server.warningKinds.contains("token_not_sent"))
    }
}
