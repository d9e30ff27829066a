import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

/// Logins go to the typed origin, and links of others reach no private place.
extension DirectSourceTests {
    @Test func credentialsGoToTheTypedOriginOnly() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x", 302, "", [("Location", "/y")])
        server.on("https://a.example/y", 302, "", [("Location", "https://b.example/z")])
        server.on("https://b.example/z", 200)
        var selection = FileSelection()
        selection.headers = [("X-Key", Secret("key"))]
        let found = try await server.resolve(.direct(url("https://me:p%40ss@a.example/x")), selection: selection)
        #expect(
            server.requests.map { $0.secretHeaders.map { $0.value.reveal() } } == [
                ["key", "Basic bWU6cEBzcw=="], ["key", "Basic bWU6cEBzcw=="], [],
            ])
        #expect(try await found.files[0].locator.locate().secretHeaders.isEmpty)
        #expect(!found.files[0].identity.contains("me"))
    }

    @Test func credentialsThatTheBytesNeedComeWithTheLink() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x", 200)
        var selection = FileSelection()
        selection.headers = [("Authorization", Secret("Bearer b"))]
        let found = try await server.resolve(.direct(url("https://me:pass@a.example/x")), selection: selection)
        #expect(try await found.files[0].locator.locate().secretHeaders.map { $0.value.reveal() } == ["Bearer b"])
    }

    @Test func credentialsAreNotSentUnencrypted() async throws {
        let server = ScriptedServer()
        server.on("http://a.example/x", 200)
        _ = try await server.resolve(.direct(url("http://me:pass@a.example/x")))
        #expect(server.secretOrigins.isEmpty)
        #expect(server.warningKinds == ["token_not_sent"])
    }

    @Test func aLoginThatIsNotTakenSaysSo() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x", 401, "Basic bWU6cGFzcw== is wrong")
        let failed = try await failure { try await server.resolve(.direct(url("https://me:pass@a.example/x"))) }
        #expect(failed?.kind == .tokenRejected)
        #expect(failed?.description.contains("bWU6cGFzcw==") == false)
    }

    /// Those of lists and workflows.
    @Test func strangersLinksGetNeitherLoginsNorPrivatePlaces() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/x", 200)
        var context = server.context(["HOME": "/h"], files: ["/h/.netrc": "machine a.example login me password s3cret"])
        let reference = ParsedReference(.direct(url("https://a.example/x")), shown: "x")
        let endpoints = try ServiceEndpoints(environment: [:])
        _ = try await resolve(reference, endpoints: endpoints, context: context)
        #expect(server.requests.last?.secretHeaders.count == 1)
        (context.usesNetrc, context.allowsPrivateStart) = (false, false)
        let found = try await resolve(reference, endpoints: endpoints, context: context)
        #expect(server.requests.last?.secretHeaders.isEmpty == true && server.requests.last?.allowsPrivateAddress == false)
        #expect(try await found.files[0].locator.locate().allowsPrivateAddress == false)
        for inside in ["http://127.0.0.1:5/x", "http://[::1]/x", "http://localhost/x", "http://169.254.169.254/latest", "http://0x7f.1/x"] {
            let hidden = ParsedReference(.direct(url(inside)), shown: "x")
            let failed = try await failure { try await resolve(hidden, endpoints: endpoints, context: context) }
            #expect(failed?.code == .unavailable && failed?.message.contains("private network") == true)
        }
        #expect(server.requests.count == 2)
    }

    @Test func privatePlacesAreForTypedAddressesOnly() async throws {
        let server = ScriptedServer()
        server.on("http://127.0.0.1:5/x", 302, "", [("Location", "http://127.0.0.1:6/y")])
        server.on("http://127.0.0.1:6/y", 200)
        let found = try await server.resolve(.direct(url("http://127.0.0.1:5/x")))
        #expect(try await found.files[0].locator.locate().allowsPrivateAddress)
        server.on("https://a.example/x", 302, "", [("Location", "https://[::ffff:127.0.0.1]/y")])
        let failed = try await failure { try await server.resolve(.direct(url("https://a.example/x"))) }
        #expect(failed?.code == .unavailable)
        #expect(server.requests.count == 3)
    }
}
