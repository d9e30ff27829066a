import FetchTypes
import Testing

@testable import ModelSources

@Suite("A link that redirects")
struct FollowingTests {
    private static let link = ByteLink(
        url: url("https://a.example/f"), secretHeaders: [("Authorization", Secret("Bearer s"))], headers: [("Accept", "x/y")],
        expires: 1_900_000_000, etag: "\"a\"", servesRanges: true)

    private func follow(_ server: ScriptedServer) async throws -> ByteLink { try await Self.link.followed(by: server.context().send) }

    @Test func leadsToItsEndWithoutWhatIsSecret() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/f", 302, "", [("Location", "/g")])
        server.on("https://a.example/g", 307, "", [("Location", "https://b.example/f?Expires=1800000500&Signature=s")])
        server.on("https://b.example/f?Expires=1800000500&Signature=s", 206, "x")
        let found = try await follow(server)
        #expect(found.url.host == "b.example")
        #expect(found.secretHeaders.isEmpty)
        #expect(found.headers.map(\.name) == ["Accept"])
        #expect(found.expires == 1_800_000_500)
        #expect(found.etag == nil && found.servesRanges == nil)
        #expect(server.secretOrigins == ["https://a.example"])
        #expect(server.requests.allSatisfy { $0.method == .get && $0.range == HTTPRange(first: 0, last: 0) })
    }

    @Test func staysAsItIsWhereItDoesNot() async throws {
        let server = ScriptedServer()
        server.on("https://a.example/f", 206, "x")
        let found = try await follow(server)
        #expect(found.url == Self.link.url)
        #expect(found.secretHeaders.count == 1)
        #expect(found.etag == "\"a\"")
    }

    @Test("is not followed where it must not lead", arguments: ["http://b.example/f", "https://127.0.0.1/f", "https://169.254.169.254/f"])
    func refused(location: String) async throws {
        let server = ScriptedServer()
        server.on("https://a.example/f", 302, "", [("Location", location)])
        #expect(try await failure { try await follow(server) } != nil)
        #expect(server.lines.count == 1)
    }
}
