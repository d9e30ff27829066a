import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

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
