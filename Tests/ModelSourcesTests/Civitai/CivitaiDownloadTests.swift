import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("CivitAI's download endpoint")
struct CivitaiDownloadTests {
    static let link = "https://civitai.com/api/download/models/5001?fileId=900"
    static let signed =
        "https://b2.civitai.com/file/m.safetensors?Authorization=3_20270115080000_abc_004_20270115090000_0042_dnld&b2ContentDisposition=x"

    /// A server that knows version 5001, and what asking for its bytes' address gave.
    func locate(
        _ environment: [String: String] = ["CIVITAI_API_TOKEN": "civ-secret"], downloadURL: String = link,
        number: String = #""id":900,"#, _ script: (ScriptedServer) -> Void
    ) async throws -> (server: ScriptedServer, locator: any ByteLocator) {
        let server = ScriptedServer()
        server.on(
            "https://civitai.com/api/v1/model-versions/5001", 200,
            #"{"id":5001,"modelId":77,"name":"v4","model":{"name":"Pastel Mix"},"files":[{\#(number)"name":"m.safetensors","primary":true,"downloadUrl":"\#(downloadURL)"}]}"#
        )
        server.on("https://civitai.com/api/v1/models/5001", 404)
        script(server)
        let found = try await server.resolve(.civitai(CivitaiReference(.version(5001))), environment)
        return (server, found.files[0].locator)
    }

    @Test(
        "answers a signed link with any redirect",
        arguments: [
            (302, signed, 1_800_003_600.0),
            (307, "https://x.r2.cloudflarestorage.com/m?X-Amz-Expires=86400&X-Amz-Date=20270115T080000Z&X-Amz-Signature=s", 1_800_086_400),
            (301, "https://s3.us-west-004.backblazeb2.com/m", nil),
        ] as [(Int, String, Double?)])
    func success(status: Int, location: String, expires: Double?) async throws {
        let (server, locator) = try await locate {
            $0.on(Self.link, status, "", [("Location", location), ("Date", "Fri, 15 Jan 2027 08:00:30 GMT")])
        }
        let link = try await locator.locate()
        #expect(link.url.string == location)
        #expect(link.secretHeaders.isEmpty)
        #expect(link.expires == expires)
        #expect(link.clockOffset == 30)
        #expect(!link.allowsPrivateAddress)
        let request = try #require(server.requests.last)
        #expect(request.method == .get)
        #expect(request.range == HTTPRange(first: 0, last: 0))
        #expect(request.secretHeaders.first?.value.reveal() == "Bearer civ-secret")
        #expect(server.secretOrigins == ["https://civitai.com"])
        #expect(server.lines.filter { $0.contains("/download/") }.count == 1)
    }

    @Test(
        "tells a file below the same origin from a page",
        arguments: [
            ("/model-versions/5001", .page), ("/models/77/slug?modelVersionId=5001", .page), ("/login?returnUrl=x", .login),
            ("/models/m.safetensors?sig=1", .bytes), ("/models/5001?X-Amz-Date=20270115T080000Z&X-Amz-Expires=86400", .bytes),
            ("/cdn/x", .bytes),
        ] as [(String, CivitaiDownload.Destination)])
    func destinations(path: String, destination: CivitaiDownload.Destination) {
        #expect(CivitaiDownload.destination(url("http://127.0.0.1:9" + path), isOwn: true) == destination)
    }

    @Test("keeps the query of a link to another host where the file has no number")
    func foreignLinkWithoutNumber() async throws {
        let (server, locator) = try await locate(downloadURL: "https://elsewhere.example/api/download/models/5001?type=VAE", number: "") {
            $0.on("https://civitai.com/api/download/models/5001?type=VAE", 307, "", [("Location", Self.signed)])
        }
        #expect(try await locator.locate().url.string == Self.signed)
        #expect(server.secretOrigins == ["https://civitai.com"])
    }

    @Test("tries a link by description that leads nowhere by its number", arguments: [404, 400])
    func byNumber(status: Int) async throws {
        let described = "https://civitai.com/api/download/models/5001?type=Model&format=SafeTensor"
        let (server, locator) = try await locate(downloadURL: described) {
            $0.on(described, status, #"{"error":"File not found"}"#, [("Cache-Control", "no-store, max-age=0")])
            $0.on(Self.link, 307, "", [("Location", Self.signed)])
        }
        #expect(try await locator.locate().url.string == Self.signed)
        #expect(server.warningKinds.contains("chosen"))
    }

    @Test(
        "is never asked elsewhere because an answer says so",
        arguments: [
            "https://evil.example/api/download/models/5001", "https://b2.civitai.com/file/x", "http://civitai.com/api/download/models/5001",
            "nonsense",
        ])
    func foreignLink(downloadURL: String) async throws {
        let (server, locator) = try await locate(downloadURL: downloadURL) { $0.on(Self.link, 307, "", [("Location", Self.signed)]) }
        #expect(try await locator.locate().url.string == Self.signed)
        #expect(server.secretOrigins == ["https://civitai.com"])
    }

    @Test func aTokenInAnAnswersLinkIsDropped() async throws {
        let (_, locator) = try await locate(downloadURL: Self.link + "&token=x") { $0.on(Self.link, 307, "", [("Location", Self.signed)]) }
        #expect(try await locator.locate().url.string == Self.signed)
    }

    @Test func moveWithinCivitaiIsFollowed() async throws {
        let (server, locator) = try await locate {
            $0.on(Self.link, 308, "", [("Location", "https://civitai.red/api/download/models/5001?fileId=900")])
            $0.on("https://civitai.red/api/download/models/5001?fileId=900", 307, "", [("Location", Self.signed)])
        }
        #expect(try await locator.locate().url.string == Self.signed)
        #expect(server.secretOrigins == ["https://civitai.com", "https://civitai.red"])
    }

    @Test(
        "does not lead into private networks", arguments: ["https://127.0.0.1/x", "https://169.254.169.254/x", "http://b2.civitai.com/x"])
    func privateTargets(location: String) async throws {
        let (_, locator) = try await locate { $0.on(Self.link, 307, "", [("Location", location)]) }
        let failed = try await failure { try await locator.locate() }
        #expect(failed?.code == .unavailable)
    }

    @Test func bytesAtOnceAreTheAddress() async throws {
        let (_, locator) = try await locate { $0.on(Self.link, 206, "x", [("Content-Range", "bytes 0-0/77"), ("ETag", "\"e\"")]) }
        let link = try await locator.locate()
        #expect(link.url.string == Self.link)
        #expect(link.size == 77)
        #expect(link.etag == "\"e\"")
        #expect(link.secretHeaders.map { $0.value.reveal() } == ["Bearer civ-secret"])
    }
}
