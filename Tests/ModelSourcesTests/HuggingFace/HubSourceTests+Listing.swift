import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

/// The answers of the Hub that list files: pages, sizes, hashes, and lists that are wrong.
extension HubSourceTests {
    @Test(
        "follow the list over its pages",
        arguments: [
            ("https://huggingface.co", "https://huggingface.co"), ("https://mirror.example", "https://huggingface.co"),
            ("http://127.0.0.1:7", "http://127.0.0.1:7"), ("https://mirror.example", "http://mirror.example"),
            ("https://mirror.example", "http://hub.internal:8080"), ("https://mirror.example/hf", "https://huggingface.co"),
            ("https://mirror.example/hf", "https://mirror.example"), ("https://mirror.example/hf", "https://mirror.example/hf"),
        ])
    func pages(endpoint: String, linked: String) async throws {
        let server = ScriptedServer()
        let api = "\(endpoint)/api/models/org/name"
        let next = "/api/models/org/name/tree/\(HubScript.commit)?recursive=true&expand=false&cursor=abc%3D"
        server.on("\(api)/revision/main", 200, HubScript.info())
        server.on(
            "\(api)/tree/\(HubScript.commit)?recursive=true&expand=false", 200, "[\(HubScript.small)]",
            [("Link", "<\(linked)\(next)>; rel=\"next\"")])
        server.on(endpoint + next, 200, "[\(HubScript.large)]")
        let found = try await server.resolve(HubScript.reference(), ["HF_ENDPOINT": endpoint, "HF_TOKEN": "t"])
        #expect(found.files.count == 2)
        #expect(server.secretOrigins == [String(endpoint.split(separator: "/hf")[0])])
    }

    @Test(
        "end with a failure where the list goes on and cannot be asked: half a repo is none",
        arguments: ["mailto:x", "https://other.example/x"])
    func pageOfNoUse(target: String) async throws {
        let server = HubScript.server()
        server.on("\(HubScript.base)/api/models/org/half/revision/main", 200, HubScript.info("org/half"))
        server.on(
            "\(HubScript.base)/api/models/org/half/tree/\(HubScript.commit)?recursive=true&expand=false", 200, "[\(HubScript.small)]",
            [("Link", "<\(target)>; rel=\"next\"")])
        let failed = try await failure { try await server.resolve(.huggingFace(HubReference(repo: "org/half"))) }
        #expect(failed?.kind == .server && server.lines.count == 2)
    }

    @Test(
        "take sizes and hashes however they are written",
        arguments: [
            (#""size":"20","oid":"\#(HubScript.sha1)""#, 20, "git-sha1:" + HubScript.sha1),
            (#""size":20.0,"oid":"\#(HubScript.sha1)","lfs":null"#, 20, "git-sha1:" + HubScript.sha1),
            (#""oid":"\#(HubScript.sha1)","lfs":{"oid":"\#(HubScript.sha256)","size":"7"}"#, 7, "sha256:" + HubScript.sha256),
            (#""size":7,"oid":"\#(HubScript.sha1)","lfs":{"sha256":"\#(HubScript.sha256)"}"#, 7, "sha256:" + HubScript.sha256),
            (#""size":7,"oid":"\#(HubScript.sha1)","lfs":{}"#, 7, nil),
        ] as [(String, Int64?, String?)])
    func entries(fields: String, size: Int64?, digest: String?) async throws {
        let server = HubScript.server()
        HubScript.onPath(server, #"{"type":"file","path":"x",\#(fields)}"#)
        let file = try await server.resolve(HubScript.reference(.path("x"))).files[0]
        #expect(file.size == size && file.digest?.description == digest)
    }

    @Test(
        "refuse a size that no file has, as the Hub's fault",
        arguments: ["-1", "1125899906842625", "9223372036854775807", "1e300", "0.5", "\"-1\""])
    func impossibleSize(size: String) async throws {
        let server = HubScript.server()
        HubScript.onPath(server, #"{"type":"file","path":"x","size":\#(size),"oid":"\#(HubScript.sha1)"}"#)
        let failed = try await failure { try await server.resolve(HubScript.reference(.path("x"))) }
        #expect(failed?.kind == .server && failed?.message.contains("a size of") == true)
    }

    @Test func aListThatGoesInCirclesEnds() async throws {
        let server = HubScript.server()
        let line = "\(HubScript.base)/api/models/org/loop/tree/\(HubScript.commit)?recursive=true&expand=false"
        server.on("\(HubScript.base)/api/models/org/loop/revision/main", 200, HubScript.info("org/loop"))
        server.on(line, 200, "[\(HubScript.small)]", [("Link", "<\(line)>; rel=\"next\"")])
        let failed = try await failure { try await server.resolve(.huggingFace(HubReference(repo: "org/loop"))) }
        #expect(failed?.kind == .server)
    }

    @Test func anEmptyPlaceInAListIsPassedOver() async throws {
        let server = HubScript.server()
        HubScript.onPath(server, "null")
        #expect(try await failure { try await server.resolve(HubScript.reference(.path("nope"))) }?.code == .notFound)
    }
}
