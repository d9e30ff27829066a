import FetchTypes
import Foundation
import JSONText
import ModelReference
import Testing

@testable import ModelSources

@Suite("Sidecars of CivitAI's files")
struct CivitaiSidecarTests {
    private static let version =
        #"{"id":5001,"modelId":77,"name":"v4 é","sizeKB":1.50,"baseModel":"SDXL 1.0","trainedWords":["one","two, three"],"description":"<p>of the version</p>","model":{"name":"Pastel","type":"LORA","nsfw":false},"files":[{"id":900,"name":"m.safetensors","sizeKB":2048.0010,"type":"Model","primary":true,"metadata":{"format":"SafeTensor","size":null,"fp":"fp16"},"hashes":{"SHA256":"\#(String(repeating: "AB", count: 32))","CRC32":"01234567"}},{"id":901,"name":"m.vae.pt","type":"VAE"}],"images":[{"url":"https://image.civitai.com/1.mp4","type":"video"},{"url":"https://image.civitai.com/2.jpeg","type":"image"}],"stats":{"downloadCount":1}}"#
    private static let model =
        #"{"id":77,"name":"Pastel","type":"LORA","nsfw":false,"description":"<p>of the model 日本</p>","tags":["a","b"],"creator":{"username":"someone"},"stats":{"downloadCount":9},"modelVersions":[]}"#

    private func maker(_ change: (ScriptedServer) -> Void = { _ in }) async throws -> (ScriptedServer, any SidecarMaker) {
        let server = ScriptedServer()
        server.on("https://civitai.com/api/v1/model-versions/5001", 200, Self.version)
        server.on("https://civitai.com/api/v1/models/5001", 404)
        server.on("https://civitai.com/api/v1/models/77", 200, Self.model)
        change(server)
        let found = try await server.resolve(.civitai(CivitaiReference(.version(5001))), ["CIVITAI_API_TOKEN": "civ-secret"])
        return (server, try #require(found.files[0].sidecars))
    }

    private func tree(_ sidecar: Sidecar) throws -> JSONTree { try #require(JSONTree(sidecar.bytes)) }

    @Test func civitaiInfoIsTheVersionAsItCameWithWhatItLacksOfItsModel() async throws {
        let (_, maker) = try await maker()
        let sidecar = try await maker.make(.civitaiInfo)
        #expect(sidecar.ending == ".civitai.info")
        let made = try tree(sidecar)
        var expected = try #require(JSONTree(Array(Self.version.utf8)))
        for name in ["id", "name", "sizeKB", "files", "images", "trainedWords", "stats", "description", "baseModel"] {
            #expect(made[name] == expected[name], "\(name)")
        }
        #expect(made["model"]?["description"]?.text == "<p>of the model 日本</p>")
        #expect(made["model"]?["tags"]?.elements.compactMap(\.text) == ["a", "b"])
        #expect(made["model"]?["type"]?.text == "LORA")
        let helper = try #require(made["extensions"]?["sd_civitai_helper"])
        #expect(helper["skeleton_file"] == .bool(false))
        #expect(helper["last_update"] == .digits("1800000000"))
        expected["x"] = .null
        let text = String(decoding: sidecar.bytes, as: UTF8.self)
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text.hasPrefix("{\n    \"id\": 5001,\n"))
        #expect(text.contains("\"sizeKB\": 2048.0010"), "numbers keep their digits")
    }

    @Test func a1111FindsWhatItsDialogHolds() async throws {
        let (_, maker) = try await maker()
        let sidecar = try await maker.make(.a1111)
        #expect(sidecar.ending == ".json")
        let made = try tree(sidecar)
        #expect(made["activation text"]?.text == "one, two, three")
        #expect(made["sd version"]?.text == "SDXL")
        #expect(made["preferred weight"] == .digits("0"))
        #expect(made["description"]?.text == "<p>of the model 日本</p>")
        #expect(made["notes"]?.text == "<p>of the version</p>")
        #expect(made["vae"]?.text == "m.vae.pt")
        #expect(made["modelId"] == .digits("77"))
        #expect(made["modelVersionId"] == .digits("5001"))
        #expect(made["sha256"]?.text == String(repeating: "AB", count: 32))
    }

    @Test(
        "tell generations apart as A1111 does",
        arguments: [
            ("SD 1.5", "SD1"), ("SD 1.4", "SD1"), ("SD 2.1 768", "SD2"), ("SDXL 1.0", "SDXL"), ("Pony", "SDXL"), ("Illustrious", "SDXL"),
            ("NoobAI", "SDXL"), ("Flux.1 D", "Unknown"), ("", "Unknown"),
        ])
    func generations(base: String, generation: String) { #expect(CivitaiSidecars.generation(base) == generation) }

    @Test func stabilityMatrixFindsEveryFieldInItsType() async throws {
        let (_, maker) = try await maker()
        let sidecar = try await maker.make(.cmInfo)
        #expect(sidecar.ending == ".cm-info.json")
        let made = try tree(sidecar)
        #expect(made["ModelId"] == .digits("77"))
        #expect(made["VersionId"] == .digits("5001"))
        #expect(made["ModelType"]?.text == "LORA")
        #expect(made["Nsfw"] == .bool(false))
        #expect(made["AuthorUsername"]?.text == "someone")
        #expect(made["RemoteFileId"] == .digits("900"))
        #expect(made["FileMetadata"] == ["fp": .string("fp16"), "format": .string("SafeTensor")])
        #expect(made["Hashes"]?["CRC32"]?.text == "01234567")
        #expect(made["ImportedAt"]?.text == "2027-01-15T08:00:00+00:00")
        #expect(made["ThumbnailImageUrl"]?.text == "https://image.civitai.com/2.jpeg")
        #expect(made["Source"] == .digits("0"))
        #expect(made["SourceUrl"]?.text == "https://civitai.com/models/77?modelVersionId=5001")
        #expect(made["Stats"]?["downloadCount"] == .digits("9"))
    }

    @Test(
        "a preview is the first picture, named by what it is",
        arguments: [
            ([0x89, 0x50, 0x4e, 0x47, 0x0d], ".preview.png"), ([0xff, 0xd8, 0xff, 0xe0], ".preview.jpeg"),
            (Array("GIF89a".utf8), ".preview.gif"), (Array("RIFF1234WEBPVP8".utf8), ".preview.webp"),
        ] as [([UInt8], String)])
    func preview(bytes: [UInt8], ending: String) async throws {
        let (server, maker) = try await maker { $0.on("GET https://image.civitai.com/2.jpeg", HTTPResponse(status: 200, body: bytes)) }
        let sidecar = try await maker.make(.preview)
        #expect(sidecar.ending == ending)
        #expect(sidecar.bytes == bytes)
        #expect(server.requests.last?.secretHeaders.isEmpty == true, "a picture is open to all")
    }

    @Test("a preview that is none is refused", arguments: [(200, "<html>"), (404, ""), (403, "no")])
    func noPreview(status: Int, body: String) async throws {
        let (_, maker) = try await maker { $0.on("https://image.civitai.com/2.jpeg", status, body) }
        #expect(try await failure { try await maker.make(.preview) } != nil)
    }

    @Test func theServiceIsAskedOnceForAll() async throws {
        let (server, maker) = try await maker()
        let before = server.requests.count
        for kind in [SidecarKind.civitaiInfo, .a1111, .cmInfo] { _ = try await maker.make(kind) }
        #expect(server.requests.count == before + 2)
    }

    @Test("find their file where the answer does not number it", arguments: [(0, "A"), (1, "B")])
    func withoutNumbers(index: Int, hash: String) async throws {
        let server = ScriptedServer()
        func file(_ name: String, _ id: Int, _ hash: String) -> String {
            #"{"name":"\#(name)","hashes":{"CRC32":"\#(hash)"},"downloadUrl":"https://civitai.com/api/download/models/5001?fileId=\#(id)"}"#
        }
        server.on(
            "https://civitai.com/api/v1/model-versions/5001", 200,
            #"{"id":5001,"modelId":77,"files":[\#(file("m.bin", 1, "A")),\#(file("m.bin", 2, "B"))]}"#)
        server.on("https://civitai.com/api/v1/models/77", 404)
        var all = FileSelection()
        all.file = "all"
        let found = try await server.resolve(.civitai(CivitaiReference(.modelVersion(model: 77, version: 5001))), selection: all)
        let made = try tree(try await #require(found.files[index].sidecars).make(.cmInfo))
        #expect(made["Hashes"]?["CRC32"]?.text == hash)
    }

    @Test func aModelThatIsNotShownLeavesWhatTheVersionSays() async throws {
        let server = ScriptedServer()
        server.on("https://civitai.com/api/v1/model-versions/5001", 200, Self.version)
        for number in [5001, 77] { server.on("https://civitai.com/api/v1/models/\(number)", 404) }
        let found = try await server.resolve(.civitai(CivitaiReference(.version(5001))))
        let made = try tree(try await #require(found.files[0].sidecars).make(.cmInfo))
        #expect(made["ModelName"]?.text == "Pastel")
        #expect(made["Tags"] == .array([]))
    }
}

@Suite("CivitAI's JSON")
struct CivitaiJSONTests {
    @Test("samples are passed on completely", arguments: ["models_4201_realisticvision_2024-05", "model-versions_2983680_reduced_2026-09"])
    func samples(name: String) throws {
        let bytes = Array(try fixture(name).utf8)
        let tree = try #require(JSONTree(bytes))
        let written = Data(tree.indented.utf8)
        let before = try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary
        let after = try JSONSerialization.jsonObject(with: written) as? NSDictionary
        #expect(before != nil && before == after)
    }
}
