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

@Suite("ModelScope, Ollama and MediaFire references")
struct ListedSourcesTests {
    @Test(
        "a refusal with the status 200 is one",
        arguments: [
            (#"{"Code":10010205001,"Message":"record not found","Success":false,"Data":null}"#, FailureKind.notFound, "record not found"),
            (#"{"Code":403,"Message":"no permission","Success":false}"#, .needsLogin, "no permission"),
            (#"{"Code":200,"Data":null,"Success":true}"#, .server, "cannot be understood"),
        ])
    func modelScopeRefusal(body: String, kind: FailureKind, words: String) async throws {
        let server = ScriptedServer()
        server.on("https://www.modelscope.cn/api/v1/models/o/n/repo/files?Revision=master&Recursive=true", 200, body)
        let failed = try await failure { try await server.resolve(.modelScope(ModelScopeReference(repo: "o/n"))) }
        #expect(failed?.kind == kind)
        #expect(failed?.description.contains(words) == true)
    }

    @Test func aModelScopeFileHasItsHashFromTheList() async throws {
        let server = ScriptedServer()
        server.on(
            "https://www.modelscope.cn/api/v1/models/o/n/repo/files?Revision=v1%2Fb&Recursive=true", 200,
            #"{"Code":200,"Data":{"Files":[{"Path":"d","Type":"tree"},{"Path":"d/m n.bin","Type":"blob","Size":9,"Sha256":"\#(String(repeating: "ef", count: 32))"},{"Path":"x","Size":"odd","Sha256":""}]}}"#
        )
        server.on(
            "https://www.modelscope.cn/api/v1/models/o/n/repo?Revision=v1%2Fb&FilePath=d%2Fm%20n.bin", 302, "",
            [("Location", "https://cdn.example/x?Expires=1800000100")])
        let found = try await server.resolve(
            .modelScope(ModelScopeReference(repo: "o/n", revision: "v1/b", path: "d")), ["MODELSCOPE_API_TOKEN": "ms-secret"])
        #expect(found.folderName == "n")
        #expect(found.files.map(\.path) == ["d/m n.bin"])
        #expect(found.files[0].digest?.hex == String(repeating: "ef", count: 32))
        #expect(found.files[0].pinned == "modelscope:o/n@v1%2Fb/d/m%20n.bin")
        let link = try await found.files[0].locator.locate()
        #expect(link.expires == 1_800_000_100)
        #expect(link.secretHeaders.isEmpty)
        #expect(server.requests[0].secretHeaders.map(\.name) == ["Authorization", "Cookie"])
        #expect(server.secretOrigins == ["https://www.modelscope.cn"])
    }

    @Test func anOllamaModelIsItsLayersByDigest() async throws {
        let server = ScriptedServer()
        let digest = String(repeating: "12", count: 32)
        server.on(
            "https://registry.ollama.ai/v2/library/m/manifests/8b", 200,
            #"{"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:\#(digest)","size":5},{"mediaType":"application/vnd.ollama.image.license","digest":"sha256:\#(digest)","size":1},{"mediaType":"x","digest":"md5:1"}]}"#
        )
        server.on(
            "https://registry.ollama.ai/v2/library/m/blobs/sha256:\(digest)", 307, "",
            [("Location", "https://r2.example/x?X-Amz-Date=20270115T080000Z&X-Amz-Expires=60")])
        let found = try await server.resolve(.ollama(OllamaReference(model: "library/m", tag: "8b")))
        #expect(found.files.map(\.path) == ["m-8b.gguf"])
        #expect(found.files[0].digest?.hex == digest)
        #expect(found.files[0].size == 5)
        #expect(try await found.files[0].locator.locate().expires == 1_800_000_060)
    }

    @Test(
        "a MediaFire page's button leads to the file",
        arguments: [
            "<a aria-label='Download' id=\"downloadButton\" href=\"https://download1.mediafire.com/x/m.zip\">Download</a>",
            "<a id='downloadButton' href='#' data-scrambled-url='aHR0cHM6Ly9kb3dubG9hZDEubWVkaWFmaXJlLmNvbS94L20uemlw'>Download</a>",
        ])
    func mediaFire(button: String) async throws {
        let server = ScriptedServer()
        let page = url("https://www.mediafire.com/file/abc/m.zip/file")
        server.on(page.string, 200, "<html>\(button)</html>", [("Content-Type", "text/html")])
        server.on("https://download1.mediafire.com/x/m.zip", 206, "x", [("Content-Range", "bytes 0-0/5")])
        let found = try await server.resolve(.direct(page))
        #expect(found.files[0].path == "m.zip")
        #expect(found.files[0].identity == page.string)
        #expect(try await found.files[0].locator.locate().url.string == "https://download1.mediafire.com/x/m.zip")
    }

    @Test func aMediaFirePageWithoutButtonSaysSo() async throws {
        let server = ScriptedServer()
        let page = url("https://www.mediafire.com/file/abc")
        server.on(page.string, 200, "<div class='notFoundText'>Invalid or Deleted File.</div>", [("Content-Type", "text/html")])
        server.on(page.string, 200, "<title>x</title>", [("Content-Type", "text/html")])
        #expect(try await failure { try await server.resolve(.direct(page)) }?.kind == .notFound)
        #expect(try await failure { try await server.resolve(.direct(page)) }?.kind == .server)
    }

    @Test(
        "a pasted signed link that has expired says when, and what to paste",
        arguments: [
            (
                "https://b2.civitai.com/file/m?Authorization=3_20260101000000_s_004_20260101010000_0042_dnld", 401, "2026-01-01 01:00 UTC",
                "CivitAI"
            ),
            (
                "https://civitai-delivery-worker-prod.x.r2.cloudflarestorage.com/m?X-Amz-Date=20260101T000000Z&X-Amz-Expires=86400&X-Amz-Signature=s",
                403, "2026-01-02 00:00 UTC", "CivitAI"
            ),
            (
                "https://bucket.s3.amazonaws.com/m?X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=s", 400,
                "2026-01-01 00:01 UTC", "stable link"
            ),
        ])
    func expired(link: String, status: Int, time: String, hint: String) async throws {
        let server = ScriptedServer()
        server.on(link, status, "<?xml?><Error/>", [("Content-Type", "application/xml"), ("Date", "Fri, 15 Jan 2027 08:00:00 GMT")])
        let failed = try await failure { try await server.resolve(.direct(url(link))) }
        #expect(failed?.code == .notAllowed)
        #expect(failed?.message.contains(time) == true)
        #expect(failed?.hint?.contains(hint) == true)
        #expect(server.requests.allSatisfy { $0.method == .get && $0.secretHeaders.isEmpty })
    }
}
