import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("Links to the Hub's bytes")
struct HubLocatorTests {
    static let cdn =
        "https://us.aws.cdn.hf.co/xet-bridge-us/0/1?response-content-disposition=x%3B&Expires=1800003600&Policy=e30_&Signature=s~&Key-Pair-Id=K"
    static let large: [(name: String, value: String)] = [
        ("Location", cdn), ("X-Linked-Size", "1000"), ("X-Linked-ETag", "\"\(HubScript.sha256)\""), ("X-Repo-Commit", HubScript.commit),
        ("Content-Length", "1400"), ("Date", "Fri, 15 Jan 2027 07:59:50 GMT"),
    ]

    private func locator(_ server: ScriptedServer, large: Bool = true, _ environment: [String: String] = ["HF_TOKEN": "hf_secret"])
        async throws
        -> any ByteLocator
    {
        try await server.resolve(HubScript.reference(), environment).files[large ? 1 : 0].locator
    }

    @Test func aLargeFileHasASignedLinkWithoutTheToken() async throws {
        let server = HubScript.server()
        server.on(HubScript.resolveLine("unet/m.safetensors"), 302, "", Self.large)
        let link = try await locator(server).locate()
        #expect(link.url.string == Self.cdn)
        #expect(link.secretHeaders.isEmpty)
        #expect(link.size == 1000)
        #expect(link.expires == 1_800_003_600)
        #expect(link.clockOffset == -10)
        #expect(!link.allowsPrivateAddress)
        #expect(server.lines.filter { $0.contains("/resolve/") }.count == 1)
        #expect(server.secretOrigins == ["https://huggingface.co"])
    }

    @Test func aSignedLinkAtTheHubsOwnOriginIsTheBytesAndGetsNoToken() async throws {
        let server = HubScript.server()
        let signed = "/cdn/0?Expires=1800003600&Signature=s"
        server.on(HubScript.resolveLine("unet/m.safetensors"), 302, "", [("Location", signed), ("X-Linked-Size", "1000")])
        let link = try await locator(server).locate()
        #expect(link.url.string == HubScript.base + signed && link.secretHeaders.isEmpty && link.size == 1000)
        #expect(server.lines.filter { $0.hasPrefix("HEAD") }.count == 1)
    }

    @Test func aSmallFileCostsOneRequestBeforeItsBytes() async throws {
        let server = HubScript.server()
        let cached = "/api/resolve-cache/models/org/name/\(HubScript.commit)/config.json?etag=%22x%22"
        server.on(HubScript.resolveLine("config.json"), 307, "", [("Location", cached), ("X-Linked-Size", "20")])
        let link = try await locator(server, large: false).locate()
        #expect(link.url.string == HubScript.base + cached)
        #expect(link.secretHeaders.map { $0.value.reveal() } == ["Bearer hf_secret"])
        #expect(server.lines.filter { $0.contains("/resolve") }.count == 1)
    }

    @Test func withoutATokenNothingSecretIsNeeded() async throws {
        let server = HubScript.server()
        server.on(HubScript.resolveLine("config.json"), 200, "", [("Content-Length", "20"), ("ETag", "\"e\"")])
        let link = try await locator(server, large: false, [:]).locate()
        #expect(link.secretHeaders.isEmpty)
        #expect(link.etag == "\"e\"")
        #expect(link.size == 20)
    }

    @Test func aRepoThatMovedMeanwhileIsFollowed() async throws {
        let server = HubScript.server()
        server.on(
            HubScript.resolveLine("unet/m.safetensors"), 307, "",
            [("Location", "/new/name/resolve/\(HubScript.commit)/unet/m.safetensors?x=1")])
        server.on("HEAD \(HubScript.base)/new/name/resolve/\(HubScript.commit)/unet/m.safetensors?x=1", 302, "", Self.large)
        #expect(try await locator(server).locate().url.string == Self.cdn)
    }

    @Test func aMirrorThatSendsOnToTheHubDoesNotSendTheTokenOn() async throws {
        let mirror = "https://mirror.example"
        let server = HubScript.server(base: mirror)
        server.on(
            HubScript.resolveLine("unet/m.safetensors", base: mirror), 308, "",
            [("Location", String(HubScript.resolveLine("unet/m.safetensors").dropFirst(5)))])
        server.on(HubScript.resolveLine("unet/m.safetensors"), 302, "", Self.large)
        let link = try await locator(server, ["HF_TOKEN": "t", "HF_ENDPOINT": mirror]).locate()
        #expect(link.url.string == Self.cdn)
        #expect(server.secretOrigins == [mirror])
    }

    @Test func aMirrorWithoutHeadIsAskedByGet() async throws {
        let server = HubScript.server()
        server.on(HubScript.resolveLine("unet/m.safetensors"), 405)
        server.on(
            "\(HubScript.base)/org/name/resolve/\(HubScript.commit)/unet/m.safetensors", 206, "x", [("Content-Range", "bytes 0-0/1000")])
        #expect(try await locator(server).locate().size == 1000)
    }

    @Test(
        "must agree with the file list",
        arguments: [
            ("X-Linked-Size", "999", FailureKind.size), ("X-Linked-ETag", "\"\(String(repeating: "0", count: 64))\"", .checksum),
            ("X-Repo-Commit", String(repeating: "0", count: 40), .server),
        ])
    func disagreement(name: String, value: String, kind: FailureKind) async throws {
        let server = HubScript.server()
        server.on(HubScript.resolveLine("unet/m.safetensors"), 302, "", Self.large.map { $0.name == name ? (name, value) : $0 })
        let locator = try await locator(server)
        #expect(try await failure { try await locator.locate() }?.kind == kind)
    }

    @Test func aPracticeHubOnThisMachineIsTrustedAsAnEndpoint() async throws {
        let local = "http://127.0.0.1:7"
        let server = HubScript.server(base: local)
        server.on(
            HubScript.resolveLine("unet/m.safetensors", base: local), 302, "", [("Location", "http://127.0.0.1:8/f?Expires=1800000002")])
        let link = try await locator(server, ["HF_TOKEN": "t", "HF_ENDPOINT": local]).locate()
        #expect(link.allowsPrivateAddress)
        #expect(link.secretHeaders.isEmpty)
        #expect(server.secretOrigins == [local])
    }

    @Test func aPathIsEncodedButForItsSlashes() async throws {
        let server = HubScript.server()
        HubScript.onPath(server, #"{"type":"file","path":"a b/ü#?.bin","size":1,"oid":"x"}"#)
        let line = "HEAD \(HubScript.base)/org/name/resolve/\(HubScript.commit)/a%20b/%C3%BC%23%3F.bin"
        server.on(line, 302, "", [("Location", Self.cdn)])
        let found = try await server.resolve(HubScript.reference(.path("a b/ü#?.bin")))
        _ = try await found.files[0].locator.locate()
        #expect(server.lines.last == line)
    }

    @Test func aMirrorMaySendItsVisitorsAnywhereButNotTheToken() async throws {
        let (mirror, other) = ("https://mirror.example", "https://other.example")
        let server = ScriptedServer()
        let api = "/api/models/org/name"
        let tree = "\(api)/tree/\(HubScript.commit)?recursive=true&expand=false"
        for path in ["\(api)/revision/main", tree] { server.on(mirror + path, 308, "", [("Location", other + path)]) }
        server.on("\(other)\(api)/revision/main", 200, HubScript.info())
        server.on(other + tree, 200, "[\(HubScript.small),\(HubScript.large)]")
        let file = "/org/name/resolve/\(HubScript.commit)/unet/m.safetensors"
        server.on("HEAD \(mirror)\(file)", 308, "", [("Location", other + file)])
        // None of the headers that the Hub itself would send.
        server.on("HEAD \(other)\(file)", 302, "", [("Location", Self.cdn)])
        let found = try await server.resolve(HubScript.reference(), ["HF_TOKEN": "t", "HF_ENDPOINT": mirror])
        let link = try await found.files[1].locator.locate()
        #expect(link.url.string == Self.cdn)
        #expect(link.size == 1000)
        #expect(server.secretOrigins == [mirror])
    }

    @Test func aMirrorsOwnSmallFileNeedsNoLengthAndNoCommit() async throws {
        let mirror = "https://mirror.example"
        let server = HubScript.server(base: mirror)
        server.on(HubScript.resolveLine("config.json", base: mirror), 200)
        let link = try await locator(server, large: false, ["HF_ENDPOINT": mirror]).locate()
        #expect(link.size == 20)
        #expect(link.url.string == String(HubScript.resolveLine("config.json", base: mirror).dropFirst(5)))
    }
}
