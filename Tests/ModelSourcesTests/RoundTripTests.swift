import FetchTypes
import ModelReference
import Synchronization
import Testing

@testable import ModelSources

@Suite("Round trips")
struct RoundTripTests {
    private static let blobs = "\(HubScript.base)/api/models/org/name/revision/main?blobs=true"
    private static let listed =
        #"{"rfilename":"config.json","size":20,"blobId":"\#(HubScript.sha1)"},"#
        + #"{"rfilename":"unet/m.safetensors","size":1000,"blobId":"\#(HubScript.sha1)","lfs":{"sha256":"\#(HubScript.sha256)","size":1000}}"#

    private static func info(_ siblings: String) -> String {
        #"{"id":"org/name","sha":"\#(HubScript.commit)","gated":false,"siblings":[\#(siblings)]}"#
    }

    // MARK: the Hub

    @Test("a repo or a folder takes one request", arguments: [(HubReference.Part.whole, 2), (.folder("unet"), 1)])
    func oneRequest(part: HubReference.Part, count: Int) async throws {
        let server = ScriptedServer()
        server.on(Self.blobs, 200, Self.info(Self.listed))
        let found = try await server.resolve(HubScript.reference(part))
        let file = try #require(found.files.last)
        #expect(found.files.count == count && file.path == "unet/m.safetensors" && file.size == 1000)
        #expect(file.digest?.description == "sha256:" + HubScript.sha256)
        #expect(server.lines == ["GET " + Self.blobs])
    }

    @Test(
        "the list is asked for where the description does not say everything of every file",
        arguments: [
            "", #"{"rfilename":"config.json"}"#, #"\#(listed),{"rfilename":"x"}"#, #"\#(listed),{"name":"x"}"#, #"\#(listed),null"#,
            #"\#(listed),{"rfilename":"x","size":-1,"blobId":"\#(HubScript.sha1)"}"#, #"\#(listed),{"rfilename":"x","size":1}"#,
            #"\#(listed),{"rfilename":"x","size":1,"blobId":"\#(HubScript.sha1)","lfs":{}}"#,
        ])
    func list(siblings: String) async throws {
        let server = HubScript.server()
        server.on(Self.blobs, 200, Self.info(siblings))
        let found = try await server.resolve(HubScript.reference())
        #expect(found.files.map(\.path) == ["config.json", "unet/m.safetensors"])
        #expect(server.lines.count == 2)
    }

    @Test("a folder that is not there is named with the nearest, without a further request")
    func noFolder() async throws {
        let server = ScriptedServer()
        server.on(Self.blobs, 200, Self.info(Self.listed))
        let failed = try await failure { try await server.resolve(HubScript.reference(.folder("unett"))) }
        #expect(failed?.code == .notFound && failed?.why?.hasSuffix("unet/") == true)
        #expect(server.lines.count == 1)
    }

    @Test(
        "what huggingface_hub keeps of a repo comes at the same time, as far as it is of the same commit and whole",
        arguments: [
            (HubScript.small, [], HubScript.sha256), (HubScript.small.replacing("config.json", with: "new.json"), [], nil),
            (HubScript.small, [("Link", "<\(HubScript.base)/api/x>; rel=\"next\"")], nil),
        ] as [(String, [(name: String, value: String)], String?)])
    func tree(small: String, headers: [(name: String, value: String)], xetHash: String?) async throws {
        let server = ScriptedServer()
        let xet = HubScript.large.replacing(#""size":1000,"oid""#, with: #""xetHash":"\#(HubScript.sha256)","size":1000,"oid""#)
        let tree = "\(HubScript.base)/api/models/org/name/tree/"
        let query = "?recursive=true&expand=false"
        server.on(Self.blobs, 200, Self.info(Self.listed.replacing(#""blobId":"\#(HubScript.sha1)","lfs""#, with: Self.pointer)))
        server.on(tree + "main" + query, 200, "[\(small),\(xet)]", headers)
        let found = try await server.resolve(HubScript.reference()) { $0.needsHubTree = true }
        #expect(found.hub?.tree?.map(\.path) == ["config.json", "unet/m.safetensors"])
        #expect(found.hub?.tree?.last?.xetHash == xetHash)
        #expect(server.lines.count == 2)
    }
    private static let pointer = #""blobId":"\#(String(repeating: "0", count: 40))","lfs""#

    /// A Hub at which a path's own answer tells of it.
    private func pathServer(commit: String = HubScript.commit, tag: String = HubScript.sha256) -> ScriptedServer {
        let server = HubScript.server()
        HubScript.onPath(server, HubScript.large)
        let answer: [(name: String, value: String)] = [
            ("Location", HubLocatorTests.cdn), ("X-Linked-Size", "1000"), ("X-Linked-ETag", "\"\(tag)\""), ("X-Repo-Commit", commit),
        ]
        server.on("HEAD \(HubScript.base)/org/name/resolve/main/unet/m.safetensors", 302, "", answer)
        server.on(HubScript.resolveLine("unet/m.safetensors"), 302, "", HubLocatorTests.large)
        return server
    }

    @Test("a file's link comes with the description of its repo, and is asked for no second time")
    func link() async throws {
        let server = pathServer()
        let file = try await server.resolve(HubScript.reference(.path("unet/m.safetensors")), prefetching: .free).files[0]
        #expect(file.size == 1000 && file.digest?.description == "sha256:" + HubScript.sha256)
        #expect(file.identity == "hf:org/name/unet/m.safetensors" && file.pinned.contains(HubScript.commit))
        #expect(try await file.locator.locate().url.string == HubLocatorTests.cdn)
        #expect(
            Set(server.lines) == [
                "GET \(HubScript.base)/api/models/org/name/revision/main",
                "HEAD \(HubScript.base)/org/name/resolve/main/unet/m.safetensors",
            ])
        #expect(server.lines.count == 2)
        // The second time it is a renewal, at the commit.
        _ = try await file.locator.locate()
        #expect(server.lines.last == HubScript.resolveLine("unet/m.safetensors"))
    }

    @Test(
        "an answer of another commit, or one that does not tell all, is not used",
        arguments: [(String(repeating: "a", count: 40), HubScript.sha256), (HubScript.commit, "xet")])
    func otherCommit(commit: String, tag: String) async throws {
        let server = pathServer(commit: commit, tag: tag)
        let file = try await server.resolve(HubScript.reference(.path("unet/m.safetensors")), prefetching: .free).files[0]
        #expect(file.size == 1000 && file.pinned.contains(HubScript.commit))
        #expect(server.lines.last?.hasPrefix("POST ") == true && server.lines.count == 3)
    }

    @Test("nothing is asked ahead for those who only look")
    func looking() async throws {
        let server = pathServer()
        _ = try await server.resolve(HubScript.reference(.path("unet/m.safetensors")))
        #expect(!server.lines.contains { $0.hasPrefix("HEAD") })
    }

    // MARK: CivitAI

    private static let download = "https://civitai.com/api/download/models/5001"

    private func civitai(_ answer: (status: Int, body: String, headers: [(name: String, value: String)])? = nil) -> ScriptedServer {
        let server = ScriptedServer()
        server.on(CivitaiSourceTests.api + "model-versions/5001", 200, CivitaiSourceTests.version.replacing("SCAN", with: "Success"))
        server.on(CivitaiSourceTests.api + "models/5001", 404, #"{"error":"No model with id 5001"}"#)
        let (status, body, headers) = answer ?? (307, "", [("Location", CivitaiDownloadTests.signed)])
        server.on(Self.download, status, body, headers)
        server.on(Self.download + "?fileId=900", 307, "", [("Location", CivitaiDownloadTests.signed)])
        return server
    }

    private func downloads(_ server: ScriptedServer) -> [String] { server.lines.filter { $0.contains("/download/") } }

    @Test(
        "a version's download link comes with its description, and counts once",
        arguments: [
            (CivitaiReference(.version(5001)), [:], download),
            (CivitaiReference(.version(5001), fileID: 900), [:], download + "?fileId=900"),
            (CivitaiReference(.modelVersion(model: 77, version: 5001)), [:], download),
            (CivitaiReference(.version(5001), fileID: 900), ["CIVITAI_API_TOKEN": "t"], download + "?fileId=900"),
        ] as [(CivitaiReference, [String: String], String)])
    func civitaiLink(reference: CivitaiReference, environment: [String: String], line: String) async throws {
        let server = civitai()
        let file = try await server.resolve(.civitai(reference), environment, prefetching: .counted).files[0]
        #expect(downloads(server) == ["GET " + line])
        #expect(try await file.locator.locate().url.string == CivitaiDownloadTests.signed)
        #expect(downloads(server).count == 1)
    }

    @Test(
        "no link is asked ahead of what has to be known first",
        arguments: [
            (CivitaiReference(.version(5001)), LinkPrefetching.free, nil, .nobody),
            (CivitaiReference(.version(5001)), .counted, nil, .recorded),
            (CivitaiReference(.version(5001)), .counted, nil, .somebodyElse),
            (CivitaiReference(.version(5001), filters: ["format": "SafeTensor"]), .counted, nil, .nobody),
            (CivitaiReference(.version(5001)), .counted, "900", .nobody),
        ] as [(CivitaiReference, LinkPrefetching, String?, Holder)])
    func notAhead(reference: CivitaiReference, prefetching: LinkPrefetching, file: String?, holder: Holder) async throws {
        let server = civitai()
        var selection = FileSelection()
        selection.file = file
        _ = try await server.resolve(.civitai(reference), selection: selection, prefetching: prefetching) {
            $0.isRecorded = { holder == .recorded && $0 == "civitai:5001+" }
            if holder == .somebodyElse { $0.claimAhead = { _ in nil } }
        }
        #expect(downloads(server).isEmpty)
    }

    /// Who has the file, or is about to.
    enum Holder { case nobody, recorded, somebodyElse }

    /// Counts who holds a claim, and who has begun with one.
    private final class Claims: Sendable {
        private let state = Mutex((held: 0, begun: 0))
        var held: Int { state.withLock { $0.held } }
        var begun: Int { state.withLock { $0.begun } }
        func change(held: Int = 0, begun: Int = 0) { state.withLock { $0 = ($0.held + held, $0.begun + begun) } }
    }

    private final class Claim: AheadClaim {
        private let claims: Claims
        init(_ claims: Claims) {
            self.claims = claims
            claims.change(held: 1)
        }
        deinit { claims.change(held: -1) }
        func begin() { claims.change(begun: 1) }
    }

    @Test("the right to ask ahead is used when the bytes are wanted, and given back with the file")
    func claim() async throws {
        let server = civitai()
        let claims = Claims()
        var resolution: Resolution? = try await server.resolve(.civitai(CivitaiReference(.version(5001))), prefetching: .counted) {
            $0.claimAhead = { _ in Claim(claims) }
        }
        #expect(claims.held == 1 && claims.begun == 0)
        _ = try await resolution?.files[0].locator.locate()
        #expect(claims.held == 1 && claims.begun == 1)
        resolution = nil
        #expect(claims.held == 0)
    }

    @Test("with an account, whose preferences may differ, the chosen file is asked for by its number")
    func account() async throws {
        let server = civitai()
        let file = try await server.resolve(
            .civitai(CivitaiReference(.version(5001))), ["CIVITAI_API_TOKEN": "t"], prefetching: .counted
        ).files[0]
        _ = try await file.locator.locate()
        #expect(downloads(server).last == "GET " + Self.download + "?fileId=900")
    }

    @Test("a refusal is said when the bytes are wanted, without a second request")
    func refused() async throws {
        let server = civitai((403, #"{"error":"Early Access","deadline":"2099-01-01T00:00:00.000Z"}"#, []))
        let file = try await server.resolve(.civitai(CivitaiReference(.version(5001))), prefetching: .counted).files[0]
        let failed = try await failure { try await file.locator.locate() }
        #expect(failed?.kind == .earlyAccess && downloads(server).count == 1)
    }

    @Test("a question that may have another answer by number is asked by number", arguments: [400, 404])
    func byNumber(status: Int) async throws {
        let server = civitai((status, "{}", []))
        let file = try await server.resolve(.civitai(CivitaiReference(.version(5001))), prefetching: .counted).files[0]
        #expect(try await file.locator.locate().url.string == CivitaiDownloadTests.signed)
        #expect(server.warnings.isEmpty)
    }
}
