import FetchTypes
import ModelReference
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
}
