import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("GitHub references")
struct GitHubSourceTests {
    static let api = "https://api.github.com/repos/o/r/releases/tags/v1"
    static let stable = "https://github.com/o/r/releases/download/v1/a%20b.bin"
    static let signed =
        "https://release-assets.githubusercontent.com/x?sp=r&sig=s&se=2027-01-15T08%3A05%3A00Z&response-content-disposition=attachment"
    static let release =
        #"{"tag_name":"v1","assets":[{"id":7,"name":"a b.bin","size":77,"state":"uploaded","digest":"sha256:\#(String(repeating: "ab", count: 32))"},{"id":8,"name":"c","state":"open"},{"odd":1}]}"#

    private func resolve(_ server: ScriptedServer, _ name: String = "a b.bin", _ environment: [String: String] = [:]) async throws
        -> Resolution
    {
        try await server.resolve(.gitHub(GitHubReference(owner: "o", repository: "r", item: .asset(tag: "v1", name: name))), environment)
    }

    @Test func anAssetHasItsSizeAndHashFromTheAPIAndItsLinkFromTheStableAddress() async throws {
        let server = ScriptedServer()
        server.on(Self.api, 200, Self.release)
        server.on(Self.stable, 302, "", [("Location", Self.signed)])
        let file = try await resolve(server).files[0]
        #expect(file.size == 77)
        #expect(file.digest?.hex == String(repeating: "ab", count: 32))
        #expect(file.pinned == "github:o/r@v1/a%20b.bin")
        #expect(server.requests.count == 1, "the link is asked for when it is needed")
        let link = try await file.locator.locate()
        #expect(link.url.string == Self.signed)
        #expect(link.expires == 1_800_000_300)
        #expect(link.secretHeaders.isEmpty)
    }

    @Test func anAssetsNumberMayBeATextOrMissing() async throws {
        for number in [#""id":"7","#, ""] {
            let server = ScriptedServer()
            server.on(Self.api, 200, #"{"assets":[{\#(number)"name":"a b.bin","size":77}]}"#)
            server.on(Self.stable, 302, "", [("Location", Self.signed)])
            let file = try await resolve(server).files[0]
            #expect(file.size == 77)
            #expect(try await file.locator.locate().url.string == Self.signed)
        }
    }

    @Test("an asset needs no API", arguments: [403, 404, 429, 500])
    func withoutAPI(status: Int) async throws {
        let server = ScriptedServer()
        server.on(Self.api, status, #"{"message":"API rate limit exceeded"}"#)
        server.on(Self.stable, 302, "", [("Location", Self.signed)])
        let file = try await resolve(server).files[0]
        #expect(file.digest == nil)
        _ = try await file.locator.locate()
        #expect(server.lines == ["GET " + Self.api, "GET " + Self.stable])
    }

    @Test func aPrivateAssetIsFetchedByItsNumberWithTheToken() async throws {
        let server = ScriptedServer()
        server.on(Self.api, 200, Self.release)
        server.on(Self.stable, 404)
        server.on("https://api.github.com/repos/o/r/releases/assets/7", 302, "", [("Location", Self.signed)])
        let file = try await resolve(server, "a b.bin", ["GITHUB_TOKEN": "gh-secret"]).files[0]
        #expect(try await file.locator.locate().secretHeaders.isEmpty)
        #expect(server.secretOrigins == ["https://api.github.com"])
        #expect(server.requests.last?.headers.contains { $0.value == "application/octet-stream" } == true)
    }

    @Test func namesWhatThereIsInstead() async throws {
        let server = ScriptedServer()
        server.on(Self.api, 200, Self.release)
        let failed = try await failure { try await resolve(server, "a b.bi") }
        #expect(failed?.kind == .notFound)
        #expect(failed?.why?.contains("a b.bin") == true)
        #expect(try await failure { try await resolve(server, "c") }?.kind == .server)
    }

    @Test(
        "a file is git's own or LFS's, which the first bytes tell",
        arguments: [
            (
                "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "cd", count: 32))\nsize 5000000\n", 5_000_000,
                true
            ),
            ("{\"not\": \"a pointer\"}", 21, false), ("version https://git-lfs.github.com/spec/v1\nno oid", 49, false),
        ] as [(String, Int64, Bool)])
    func files(body: String, size: Int64, isLFS: Bool) async throws {
        let server = ScriptedServer()
        let raw = "https://raw.githubusercontent.com/o/r/feature/x/dir/m%20n.bin"
        server.on(raw, 206, body, [("Content-Range", "bytes 0-\(body.utf8.count - 1)/\(body.utf8.count)"), ("ETag", "\"e\"")])
        server.on(
            "https://media.githubusercontent.com/media/o/r/feature/x/dir/m%20n.bin", 206, "x", [("Content-Range", "bytes 0-0/5000000")])
        let reference = GitHubReference(owner: "o", repository: "r", item: .file(revisionAndPath: "feature/x/dir/m n.bin"))
        let file = try await server.resolve(.gitHub(reference)).files[0]
        #expect(file.path == "m n.bin")
        #expect(file.size == (isLFS ? size : Int64(body.utf8.count)))
        #expect((file.digest != nil) == isLFS)
        #expect(try await file.locator.locate().url.host == (isLFS ? "media.githubusercontent.com" : "raw.githubusercontent.com"))
    }

    @Test func theTokenIsNotSentBeforeItIsNeeded() async throws {
        let server = ScriptedServer()
        let raw = "https://raw.githubusercontent.com/o/r/main/x"
        server.on(raw, 404)
        server.on(raw, 206, "x", [("Content-Range", "bytes 0-0/1")])
        let reference = GitHubReference(owner: "o", repository: "r", item: .file(revisionAndPath: "main/x"))
        let found = try await server.resolve(.gitHub(reference), ["GITHUB_TOKEN": "gh-secret"])
        #expect(server.requests.map(\.secretHeaders.count) == [0, 1])
        #expect(try await found.files[0].locator.locate().secretHeaders.first?.value.reveal() == "Bearer gh-secret")
    }
}
