import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

/// The endpoint refuses: for good, for now, or because of the token.
extension CivitaiDownloadTests {
    /// Statuses, bodies and headers as the service's source has them, and what becomes of them.
    static let refusals: [(Int, String, [(String, String)], FailureKind, ExitCode, String)] = [
        (403, #"{"error":"Forbidden"}"#, [], .gated, .notAllowed, "address or account"),
        (400, #"{"error":"Missing modelVersionId"}"#, [], .server, .temporary, "makes no sense"),
        (404, #"{"error":"File not found"}"#, [("Cache-Control", "no-store, max-age=0")], .notFound, .notFound, "no such file"),
        (410, #"{"error":"Model archived, not available for download"}"#, [], .notFound, .notFound, "archived"),
        (
            403, #"{"error":"Early Access","deadline":"2099-01-01T00:00:00.000Z","message":"Buzz"}"#, [], .earlyAccess, .notAllowed,
            "early access"
        ),
        (403, #"{"error":"Early Access","message":"Buzz"}"#, [], .earlyAccess, .notAllowed, "early access"),
        (307, "", [("Location", "/model-versions/5001")], .earlyAccess, .notAllowed, "early access"),
        (403, #"{"error":"You do not have access to download this file"}"#, [], .gated, .notAllowed, "may not download"),
        (
            401, #"{"error":"Unauthorized","message":"The creator of this asset has disabled downloads on this file"}"#, [], .gated,
            .notAllowed,
            "disabled downloads"
        ),
        (
            401, #"{"error":"Unauthorized","message":"The creator of this asset requires you to be logged in to download it"}"#, [],
            .needsLogin,
            .notAllowed, "requires a login"
        ),
        (
            307, "", [("Location", "/login?returnUrl=%2Fmodel-versions%2F5001&reason=download-auth")], .needsLogin, .notAllowed,
            "requires a login"
        ),
        (307, "", [("Location", "https://auth.civitai.com/login?x=1")], .needsLogin, .notAllowed, "requires a login"),
        (451, #"{"error":"…","code":"REGION_BLOCKED"}"#, [], .region, .notAllowed, "where this machine is"),
        (200, "<html>", [("Content-Type", "text/html; charset=utf-8")], .notAModel, .wrongData, "web page"),
    ]

    @Test("refuses for good", arguments: refusals)
    func refused(status: Int, body: String, headers: [(String, String)], kind: FailureKind, code: ExitCode, words: String) async throws {
        let (_, locator) = try await locate([:]) { $0.on(Self.link, status, body, headers.map { (name: $0.0, value: $0.1) }) }
        let failed = try await failure { try await locator.locate() }
        #expect(failed?.kind == kind)
        #expect(failed?.code == code)
        #expect(failed?.message.contains(words) == true)
        #expect(failed?.page == "https://civitai.com/models/77?modelVersionId=5001")
    }

    @Test(
        "refuses for now",
        arguments: [
            (429, #"{"error":"We've noticed an unusual amount of downloading from your account."}"#, [], FailureKind.rateLimited, nil),
            (429, "", [("Retry-After", "17")], .rateLimited, 17), (429, "<html>1015", [("Content-Type", "text/html")], .rateLimited, nil),
            (404, #"{"error":"File not found"}"#, [("Cache-Control", "private, no-store")], .server, nil),
            (500, #"{"error":"Error"}"#, [], .server, nil),
            (503, "<html>", [("Content-Type", "text/html")], .server, nil), (522, "", [], .server, nil),
            (403, "<html>", [("Content-Type", "text/html"), ("Server", "cloudflare")], .server, nil),
        ] as [(Int, String, [(String, String)], FailureKind, Double?)])
    func later(status: Int, body: String, headers: [(String, String)], kind: FailureKind, wait: Double?) async throws {
        let (server, locator) = try await locate { $0.on(Self.link, status, body, headers.map { (name: $0.0, value: $0.1) }) }
        let refused = try await refusal { try await locator.locate() }
        #expect(refused?.failure.kind == kind)
        #expect(refused?.failure.code == .temporary)
        #expect(refused?.retryAfter?.value == wait)
        #expect(server.lines.filter { $0.contains("/download/") }.count == 1)
    }

    @Test(
        "wanting a login has the token checked",
        arguments: [(401, FailureKind.tokenRejected), (200, .needsLogin), (503, .needsLogin)])
    func tokenCheck(status: Int, kind: FailureKind) async throws {
        let (server, locator) = try await locate {
            $0.on(Self.link, 401, #"{"error":"Unauthorized","message":"requires you to be logged in"}"#)
            $0.on("https://civitai.com/api/v1/me", status, "{}")
        }
        let failed = try await failure { try await locator.locate() }
        #expect(failed?.kind == kind)
        #expect(failed?.description.contains("CIVITAI_API_TOKEN") == true)
        #expect(failed?.description.contains("civ-secret") == false)
        #expect(failed?.hint?.contains("fetchctl login civitai") == true)
        #expect(server.lines.last == "GET https://civitai.com/api/v1/me")
    }

    @Test("says of a token that is known that it is valid")
    func validToken() async throws {
        let (_, locator) = try await locate {
            $0.on(Self.link, 401, #"{"error":"Unauthorized","message":"requires you to be logged in"}"#)
            $0.on("https://civitai.com/api/v1/me", 200, #"{"id":1}"#)
        }
        let failed = try await failure { try await locator.locate() }
        #expect(failed?.why?.contains("is valid") == true)
        #expect(failed?.description.contains("make a key") == false)
    }
}
