import FetchTypes
import Testing

@testable import ModelSources

@Suite("Redirects")
struct RedirectTests {
    @Test(
        "lead where they say",
        arguments: [
            ("https://a.example/x/y?q=1", "/z?k=%2F&to=https://b.example/", "https://a.example/z?k=%2F&to=https://b.example/"),
            ("https://a.example/x/y?q=1", "z?k=1", "https://a.example/x/z?k=1"),
            ("https://a.example/x/y?q=1", "../z", "https://a.example/z"),
            ("https://a.example/x/y?q=1", "?k=2", "https://a.example/x/y?k=2"),
            ("https://a.example:8443/x", "/z", "https://a.example:8443/z"),
            ("https://a.example/x", "//b.example/z?k=1", "https://b.example/z?k=1"),
            ("http://a.example/x", "https://b.example/z", "https://b.example/z"),
            ("http://a.example/x", "http://b.example/z", "http://b.example/z"),
            ("https://a.example/x", "https://b.example/a%20b?sig=%2B~.", "https://b.example/a%20b?sig=%2B~."),
            ("https://127.0.0.1/x", "https://10.0.0.1/z", "https://10.0.0.1/z"),
            ("http://127.0.0.1:81/x", "http://127.0.0.1:82/z", "http://127.0.0.1:82/z"),
            ("https://a.example/x", "https://a.example:444/z", "https://a.example:444/z"),
        ])
    func followed(from: String, location: String, to: String) throws {
        #expect(try RedirectPolicy(start: url(from)).target(from: url(from), location: location).string == to)
    }

    @Test(
        "are refused to unencrypted and to private places",
        arguments: [
            ("https://a.example/", "http://a.example/", FailureKind.tls), ("https://127.0.0.1/", "http://127.0.0.1/", .tls),
            ("https://a.example/", "https://localhost/", .unreachable), ("http://a.example/", "http://127.0.0.1/", .unreachable),
            ("http://a.example/", "http://2130706433/", .unreachable), ("http://a.example/", "http://0x7f.1:80/", .unreachable),
            ("http://a.example/", "http://[::ffff:10.0.0.1]/", .unreachable),
            ("http://a.example/", "//169.254.169.254/latest", .unreachable),
            ("http://a.example/", "http://[fd00::1]/", .unreachable), ("http://a.example/", "ftp://b.example/", .server),
            ("http://a.example/", "javascript://x", .server),
        ])
    func refused(from: String, location: String, kind: FailureKind) {
        let error = #expect(throws: Failure.self) { try RedirectPolicy(start: url(from)).target(from: url(from), location: location) }
        #expect(error?.kind == kind)
    }

    @Test func theTransportIsToldWhichHostsMayBePrivate() {
        let typed = RedirectPolicy(start: url("https://nas.example/x"))
        #expect(typed.allowsPrivateAddress(url("https://nas.example:8080/y")))
        #expect(!typed.allowsPrivateAddress(url("https://other.example/y")))
        #expect(RedirectPolicy(start: url("http://localhost:1/")).allowsPrivateAddress(url("http://other.example/y")))
    }

    @Test func secretsStayWithTheirOriginAndDoNotComeBack() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/1", 302, "", [("Location", "/2")])
        server.on("https://a.example/2", 302, "", [("Location", "https://b.example/3")])
        server.on("https://b.example/3", 302, "", [("Location", "https://a.example/4")])
        server.on("https://a.example/4", 200)
        let walk = RedirectWalk(policy: RedirectPolicy(start: url("https://a.example/1")), send: server.context().send)
        let secrets = OriginBoundSecrets(headers: [("Authorization", Secret("hush"))], origins: [url("https://a.example/").origin])
        let arrival = try await walk.run(HTTPRequest(.get, url("https://a.example/1")), secrets: secrets)
        #expect(server.requests.map { $0.secretHeaders.count } == [1, 1, 0, 0])
        #expect(server.requests.map(\.allowsPrivateAddress) == [true, true, false, true])
        #expect(arrival.secrets.headers.isEmpty)
        #expect(arrival.url.string == "https://a.example/4")
    }

    @Test(
        "never carry a secret to another port, scheme or host",
        arguments: [
            "https://a.example:444/", "http://a.example/", "https://sub.a.example/", "https://a.example.evil/", "https://127.0.0.1/",
        ])
    func otherOrigins(target: String) {
        let secrets = OriginBoundSecrets(headers: [("Authorization", Secret("hush"))], origins: [url("https://a.example/").origin])
        #expect(secrets.restricted(to: url(target)).headers.isEmpty)
    }

    @Test(
        "carry secrets over http on this machine only",
        arguments: [
            ("http://127.0.0.1:8/", 1), ("http://[::1]/", 1), ("http://a.example/", 0), ("http://10.0.0.1/", 0),
            ("http://127.evil.example/", 0),
        ])
    func unencrypted(target: String, count: Int) {
        let secrets = OriginBoundSecrets(headers: [("Authorization", Secret("hush"))], origins: [url(target).origin])
        #expect(secrets.restricted(to: url(target)).headers.count == count)
    }

    @Test func circlesEnd() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/1", 302, "", [("Location", "/1")])
        let walk = RedirectWalk(policy: RedirectPolicy(start: url("https://a.example/1")), send: server.context().send)
        let failed = try await failure { try await walk.run(HTTPRequest(.get, url("https://a.example/1"))) }
        #expect(failed?.kind == .server)
        #expect(server.requests.count == 21)
    }
}
