import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("Direct links")
struct DirectSourceTests {
    static let typed = "https://files.example/dir/my%20model.safetensors?v=1&token=hush"

    @Test func oneRequestTellsNameSizeAndAddress() async throws {
        let server = ScriptedServer()
        server.on(
            Self.typed, 206, "x",
            [("Content-Range", "bytes 0-0/1234"), ("ETag", "\"e\""), ("Date", "Fri, 15 Jan 2027 08:00:05 GMT"), ("Content-Length", "1")])
        let found = try await server.resolve(.direct(url(Self.typed)))
        #expect(found.source == .direct)
        #expect(found.title == "my model.safetensors")
        let file = found.files[0]
        #expect(file.path == "my model.safetensors")
        #expect(file.size == 1234)
        #expect(file.identity == "https://files.example/dir/my%20model.safetensors?v=1")
        #expect(file.pinned == file.identity)
        let link = try await file.locator.locate()
        #expect(link.url.string == Self.typed)
        #expect(link.etag == "\"e\"")
        #expect(link.clockOffset == 5)
        #expect(server.requests.count == 1)
        #expect(server.requests[0].range == HTTPRange(first: 0, last: 0))
        _ = try await file.locator.locate()
        #expect(server.requests.count == 2, "a renewal asks again")
    }

    @Test(
        "are named by what is there",
        arguments: [
            ("https://a.example/x.bin", "attachment; filename*=UTF-8''real.bin", "real.bin"), ("https://a.example/x.bin", nil, "x.bin"),
            ("https://a.example/x.bin?y=1#z", nil, "x.bin"), ("https://a.example/", nil, "final.bin"),
            ("https://a.example", nil, "final.bin"),
            ("https://a.example/dir/", "attachment", "final.bin"),
        ] as [(String, String?, String)])
    func names(typed: String, disposition: String?, name: String) async throws {
        let server = ScriptedServer()
        server.on(url(typed).string, 302, "", [("Location", "https://cdn.example/final.bin?sig=1")])
        server.on("https://cdn.example/final.bin?sig=1", 200, "", disposition.map { [("Content-Disposition", $0)] } ?? [])
        #expect(try await server.resolve(.direct(url(typed))).files[0].path == name)
    }

    @Test func aNameThatIsNowhereIsLeftToTheUser() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/", 200)
        #expect(try await server.resolve(.direct(url("https://a.example/"))).files[0].path == "")
    }

    @Test(
        "tell their size when they can",
        arguments: [
            (206, [("Content-Range", "bytes 0-0/9")], 9), (200, [("Content-Length", "9")], 9),
            (206, [("Content-Range", "bytes 0-0/*")], nil), (200, [], nil),
            (200, [("Content-Length", "9"), ("Content-Encoding", "gzip")], nil),
            (200, [("Content-Length", "9"), ("Content-Encoding", "identity")], 9),
            (416, [("Content-Range", "bytes */0")], 0),
        ] as [(Int, [(String, String)], Int64?)])
    func sizes(status: Int, headers: [(String, String)], size: Int64?) async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x", status, "", headers.map { (name: $0.0, value: $0.1) })
        #expect(try await server.resolve(.direct(url("https://a.example/x"))).files[0].size == size)
    }

    @Test(
        "that are refused",
        arguments: [
            (401, FailureKind.needsLogin, ExitCode.notAllowed), (403, .gated, .notAllowed), (404, .notFound, .notFound),
            (410, .notFound, .notFound),
            (407, .proxy, .unavailable), (451, .region, .notAllowed), (400, .server, .temporary), (416, .server, .temporary),
            (204, .server, .temporary),
        ])
    func refused(status: Int, kind: FailureKind, code: ExitCode) async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x?token=hush", status, "see https://a.example/x?token=hush")
        let failed = try await failure { try await server.resolve(.direct(url("https://a.example/x?token=hush"))) }
        #expect(failed?.kind == kind)
        #expect(failed?.code == code)
        #expect(failed?.description.contains("hush") == false)
    }

    @Test("that are refused for now", arguments: [(429, FailureKind.rateLimited, 7.0), (503, .server, 7), (408, .server, 7)])
    func later(status: Int, kind: FailureKind, wait: Double) async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x", status, "", [("Retry-After", "7")])
        let refused = try await refusal { try await server.resolve(.direct(url("https://a.example/x"))) }
        #expect(refused?.failure.kind == kind)
        #expect(refused?.retryAfter?.value == wait)
    }

    @Test(
        "whose time is over say when it was and what to paste instead",
        arguments: [
            ("https://b2.civitai.com/file/m?Authorization=3_20270115060000_hush_004_20270115070000_0042_dnld", 401, "civitai.com/models"),
            (
                "https://civitai-delivery-worker-prod.x.r2.cloudflarestorage.com/m?X-Amz-Date=20270114070000Z&X-Amz-Expires=86400&X-Amz-Signature=hush",
                403, "civitai.com/models"
            ),
            ("https://cdn.example/m?Expires=1799996400&Signature=hush", 403, "fresh copy"),
        ])
    func expired(link: String, status: Int, words: String) async throws {
        let server = ScriptedServer()
        server.on(link, status, "<Error/>")
        let failed = try await failure { try await server.resolve(.direct(url(link))) }
        #expect(failed?.code == .notAllowed)
        #expect(failed?.message.contains("expired at 2027-01-15 07:00 UTC") == true)
        #expect(failed?.hint?.contains(words) == true)
        #expect(failed?.description.contains("hush") == false)
    }

    @Test func theServersClockDecidesWhetherALinkIsOver() async throws {
        let link = "https://cdn.example/m?Expires=1799996400&Signature=s"
        let server = ScriptedServer()
        server.on(link, 403, "", [("Date", "Fri, 15 Jan 2027 06:00:00 GMT")])
        #expect(try await failure { try await server.resolve(.direct(url(link))) }?.kind == .gated)
    }

    @Test func aLinkThatIsOverBeforeItsTurnIsAskedForAgain() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x", 302, "", [("Location", "https://cdn.example/m?Expires=1800000010")])
        server.on("https://cdn.example/m?Expires=1800000010", 200)
        let found = try await server.resolve(.direct(url("https://a.example/x")))
        _ = try await found.files[0].locator.locate()
        #expect(server.requests.count == 4)
    }
}
