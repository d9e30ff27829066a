import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("Google Drive references")
struct DriveSourceTests {
    static let start = "https://drive.google.com/uc?id=abc&export=download"
    static let download = "https://drive.usercontent.google.com/download?id=abc&export=download"
    static let file = [
        ("Content-Disposition", "attachment; filename=\"x\"; filename*=UTF-8''%C3%BC.bin"), ("Content-Range", "bytes 0-0/77"),
    ]

    private func resolve(
        _ server: ScriptedServer, key: String? = nil, folder: Bool = false, _ environment: [String: String] = [:]
    ) async throws -> Resolution {
        try await server.resolve(.googleDrive(DriveReference(id: "abc", isFolder: folder, resourceKey: key)), environment)
    }

    private static func form(_ action: String, _ fields: String) -> String {
        "<html><title>Google Drive - Virus scan warning</title><script>if (a<b) {}</script><!-- <form id=\"download-form\"> -->"
            + "<FORM id='download-form' action='\(action)' method=get>\(fields)</form></html>"
    }

    @Test(
        "send the form as it is",
        arguments: [
            (
                form(
                    "https://drive.usercontent.google.com/download",
                    #"<input type="hidden" name="id" value="abc"><input type=hidden name=confirm value=t><input type="hidden" name="uuid" value="1-2"><input type="submit" name="go" value="x">"#
                ),
                "https://drive.usercontent.google.com/download?id=abc&confirm=t&uuid=1-2"
            ),
            (
                form(
                    "https://drive.google.com/uc?export=download&amp;id=old",
                    #"<input type="hidden" name="id" value="abc"><input type="hidden" name="at" value="A b&amp;c">"#),
                "https://drive.google.com/uc?export=download&id=abc&at=A%20b%26c"
            ),
            (
                "<a href=\"/uc?export=download&amp;confirm=Xy&amp;id=abc\">go</a>",
                "https://drive.usercontent.google.com/uc?export=download&confirm=Xy&id=abc"
            ),
            (
                #"<script>x({"downloadUrl":"https://drive.usercontent.google.com/download?id\u003dabc\u0026c\u003dt"})</script>"#,
                "https://drive.usercontent.google.com/download?id=abc&c=t"
            ),
        ])
    func forms(page: String, next: String) async throws {
        let server = ScriptedServer()
        server.on(Self.start, 303, "", [("Location", Self.download)])
        server.on(
            Self.download, 200, page,
            [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "NID=1; Domain=.google.com; Secure; Path=/")])
        server.on(next, 206, "x", Self.file)
        let found = try await resolve(server)
        #expect(found.files[0].path == "ü.bin")
        #expect(found.files[0].size == 77)
        #expect(found.files[0].connections == 1)
        #expect(found.files[0].identity == "gdrive:abc")
        let link = try await found.files[0].locator.locate()
        #expect(link.url.string == next)
        #expect(link.secretHeaders.map { $0.value.reveal() } == ["NID=1"])
        #expect(server.requests.count == 3, "the link that resolving found is used")
        #expect(server.requests.allSatisfy { $0.headers.contains { $0.name == "User-Agent" && $0.value.hasPrefix("Mozilla/5.0") } })
        #expect(server.requests[0].secretHeaders.isEmpty && server.requests[1].secretHeaders.isEmpty)
    }

    @Test(
        "know why there is no file",
        arguments: [
            (200, "<title>Google Drive - Quota exceeded</title>", FailureKind.rateLimited),
            (200, "<p class=\"uc-error-subcaption\">Too many users have viewed or downloaded this file recently.</p>", .rateLimited),
            (404, "<title>Error 404 (Not Found)!!1</title>", .notFound), (403, "<title>Google Drive - Access Denied</title>", .needsLogin),
            (200, "<title>Sign in - Google Accounts</title>", .needsLogin), (200, "<title>Something else</title>", .server),
            (200, "", .server),
        ])
    func refusals(status: Int, page: String, kind: FailureKind) async throws {
        let server = ScriptedServer()
        server.on(Self.start, status, page, [("Content-Type", "text/html")])
        let failed = try await failure { try await resolve(server) }
        #expect(failed?.kind == kind)
        #expect(failed?.page == "https://drive.google.com/file/d/abc/view")
    }

    @Test("wait where Google reports a temporary failure", arguments: [429, 502, 503])
    func transient(status: Int) async throws {
        let server = ScriptedServer()
        server.on(Self.start, status, "<title>Sorry</title>", [("Content-Type", "text/html"), ("Retry-After", "9")])
        #expect(try await refusal { try await resolve(server) }?.retryAfter == 9)
    }

    @Test(
        "do not follow elsewhere",
        arguments: ["https://evil.example/x", "https://accounts.google.com/ServiceLogin?continue=x", "http://drive.google.com/uc?id=abc"])
    func elsewhere(location: String) async throws {
        let server = ScriptedServer()
        server.on(Self.start, 302, "", [("Location", location)])
        #expect(try await failure { try await resolve(server) } != nil)
        #expect(server.requests.count == 1)
    }

    @Test func aPageThatLeadsToItselfIsLeft() async throws {
        let server = ScriptedServer()
        let page = Self.form(Self.download, "<input type=hidden name=confirm value=t>")
        server.on(Self.start, 303, "", [("Location", Self.download)])
        server.on(Self.download, 200, page, [("Content-Type", "text/html")])
        server.on(Self.download + "&confirm=t", 200, page, [("Content-Type", "text/html")])
        #expect(try await failure { try await resolve(server) }?.message.contains("from page to page") == true)
        #expect(server.requests.count == 3)
    }

    @Test func aPageCutByTheRangeIsAskedForWhole() async throws {
        let server = ScriptedServer()
        server.on(Self.start, 206, "<", [("Content-Type", "text/html"), ("Content-Range", "bytes 0-0/900")])
        server.on(Self.start, 200, "<title>Google Drive - Quota exceeded</title>", [("Content-Type", "text/html")])
        #expect(try await failure { try await resolve(server) }?.kind == .rateLimited)
        #expect(server.requests.map(\.range) == [HTTPRange(first: 0, last: 0), nil])
    }

    @Test func theResourceKeyGoesAlongAndIsPinned() async throws {
        let server = ScriptedServer()
        server.on(Self.start + "&resourcekey=0-k", 206, "x", Self.file)
        let found = try await resolve(server, key: "0-k")
        #expect(found.files[0].pinned == "https://drive.google.com/file/d/abc/view?resourcekey=0-k")
    }

    @Test func aDocumentIsExported() async throws {
        let server = ScriptedServer()
        server.on(Self.start, 500, "<html>", [("Content-Type", "text/html")])
        server.on("https://drive.google.com/open?id=abc", 307, "", [("Location", "https://docs.google.com/spreadsheets/d/abc/edit?usp=x")])
        server.on(
            "https://docs.google.com/spreadsheets/d/abc/export?format=xlsx", 200, "PK",
            [("Content-Disposition", "attachment; filename=\"t.xlsx\"")])
        #expect(try await resolve(server).files[0].path == "t.xlsx")
    }

    @Test("a document's link goes to its export, at the endpoint too", arguments: [("docx", "gdrive:abc"), ("pdf", "gdrive:abc.pdf")])
    func documentLink(format: String, identity: String) async throws {
        let server = ScriptedServer()
        server.on(
            "http://127.0.0.1:9/document/d/abc/export?format=\(format)", 200, "x", [("Content-Disposition", "attachment; filename=\"t\"")])
        let found = try await server.resolve(
            .googleDrive(DriveReference(id: "abc", document: .init(kind: "document", format: format))),
            ["FETCHCTL_GDRIVE_ENDPOINT": "http://127.0.0.1:9"])
        #expect(found.files[0].path == "t")
        #expect(found.files[0].identity == identity)
    }

    @Test func aFormThatLeadsElsewhereIsNotSent() async throws {
        let server = ScriptedServer()
        server.on(
            Self.start, 200, Self.form("https://evil.example/x", "<input type=hidden name=id value=abc>"), [("Content-Type", "text/html")])
        let failed = try await failure { try await resolve(server) }
        #expect(failed?.message.contains("evil.example") == true)
        #expect(server.lines.count == 1)
    }

    @Test func aPrivateDocumentIsSaidToBe() async throws {
        let server = ScriptedServer()
        server.on(
            "https://docs.google.com/document/d/abc/export?format=docx", 302, "",
            [("Location", "https://accounts.google.com/ServiceLogin?x")])
        let failed = try await failure {
            try await server.resolve(.googleDrive(DriveReference(id: "abc", document: .init(kind: "document", format: "docx"))))
        }
        #expect(failed?.kind == .needsLogin)
    }

    @Test func aFolderThatHoldsItselfEnds() async throws {
        let server = ScriptedServer()
        func entry(_ link: String, _ name: String) -> String { "<a href=\"\(link)\"><div class=\"flip-entry-title\">\(name)</div></a>" }
        let inner = "https://drive.google.com/drive/folders/inner?resourcekey=0-in"
        server.on(
            "https://drive.google.com/embeddedfolderview?id=abc", 200,
            "<title>A &amp; B</title>" + entry("https://drive.google.com/file/d/f1/view?usp=x", "one / two.bin") + entry(inner, "in")
                + entry("https://docs.google.com/forms/d/q/edit", "form"), [("Content-Type", "text/html")])
        server.on(
            "https://drive.google.com/embeddedfolderview?id=inner&resourcekey=0-in", 200,
            "<title>in</title>" + entry("https://drive.google.com/file/d/f2/view?resourcekey=0-f2", "three.bin")
                + entry("https://drive.google.com/drive/folders/abc", "back"), [("Content-Type", "text/html")])
        let found = try await resolve(server, folder: true)
        #expect(found.folderName == "A & B")
        #expect(found.files.map(\.path).sorted() == ["in/three.bin", "one _ two.bin"])
        #expect(found.files.first { $0.path == "in/three.bin" }?.pinned == "https://drive.google.com/file/d/f2/view?resourcekey=0-f2")
        #expect(server.warningKinds == ["left_out"])
    }

    @Test func theEndpointStandsInForEveryHost() async throws {
        let server = ScriptedServer()
        server.on("http://127.0.0.1:9/base/uc?id=abc&export=download", 303, "", [("Location", "/base/download?id=abc")])
        server.on("http://127.0.0.1:9/base/download?id=abc", 206, "x", Self.file)
        let found = try await resolve(server, ["FETCHCTL_GDRIVE_ENDPOINT": "http://127.0.0.1:9/base/"])
        #expect(try await found.files[0].locator.locate().allowsPrivateAddress)
    }
}
