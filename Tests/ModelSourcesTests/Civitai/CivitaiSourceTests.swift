import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("CivitAI references")
struct CivitaiSourceTests {
    static let api = "https://civitai.com/api/v1/"
    static let version = """
        {"id":5001,"modelId":77,"name":"v4","baseModel":"SD 1.5","status":"Published","trainedWords":["pastel"],"usageControl":"Download",
        "model":{"name":"Pastel Mix","type":"Checkpoint","nsfw":false},"images":[{"url":"https://image.civitai.com/1.jpeg","type":"image"}],
        "files":[{"id":900,"name":"pastel.safetensors","sizeKB":1024.5,"type":"Model","primary":true,"metadata":{"format":"SafeTensor","fp":"fp16"},
        "pickleScanResult":"SCAN","virusScanResult":"Success","hashes":{"SHA256":"\(String(repeating: "AB", count: 32))"},
        "downloadUrl":"https://civitai.com/api/download/models/5001?fileId=900"},
        {"id":901,"name":"pastel.ckpt","sizeKB":1,"type":"Model","metadata":{"format":"PickleTensor"},"hashes":{}}]}
        """
    static let model =
        #"{"id":5001,"name":"Another","type":"LORA","modelVersions":[{"id":6000,"name":"v9","publishedAt":"2024-01-01T00:00:00Z","files":[{"id":1,"name":"a.safetensors"}]}]}"#

    func server(scan: String = "Success") -> ScriptedServer {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/5001", 200, Self.version.replacing("SCAN", with: scan))
        server.on(Self.api + "models/5001", 404, #"{"error":"No model with id 5001"}"#)
        return server
    }

    @Test func aVersionBecomesItsPrimaryFile() async throws {
        let server = server()
        let found = try await server.resolve(.civitai(CivitaiReference(.version(5001))))
        #expect(found.source == .civitai)
        #expect(found.title == "Pastel Mix — v4 (SD 1.5)")
        #expect(found.folderName == nil)
        let file = try #require(found.files.first)
        #expect(found.files.count == 1)
        #expect(file.path == "pastel.safetensors")
        #expect(file.identity == "civitai:5001+900")
        #expect(file.pinned == "civitai:77@5001+900")
        #expect(file.size == 1_049_088)
        #expect(file.digest?.hex == String(repeating: "ab", count: 32))
        #expect(file.metadata.pageURL == "https://civitai.com/models/77?modelVersionId=5001")
        #expect(file.metadata.type == "Checkpoint")
        #expect(file.metadata.trainedWords == ["pastel"])
        #expect(file.metadata.previewURLs == ["https://image.civitai.com/1.jpeg"])
        #expect(server.warnings.isEmpty)
        #expect(!server.lines.contains { $0.contains("/download/") }, "resolving must not count as a download")
    }

    @Test func aNumberThatIsAModelTooIsSaidOnce() async throws {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/5001", 200, Self.version)
        server.on(Self.api + "models/5001", 200, Self.model)
        _ = try await server.resolve(.civitai(CivitaiReference(.version(5001))))
        #expect(server.warningKinds == ["ambiguous"])
        #expect(server.warnings[0].message.contains("\"Another\": civitai:models/5001"))
    }

    @Test func aModelsNumberForAVersionsIsExplained() async throws {
        let server = ScriptedServer()
        for host in ["civitai.com", "civitai.red"] {
            server.on("https://\(host)/api/v1/model-versions/5001", 404, #"{"error":"Model not found"}"#)
        }
        server.on(Self.api + "models/5001", 200, Self.model)
        let failed = try await failure { try await server.resolve(.civitai(CivitaiReference(.version(5001)))) }
        #expect(failed?.code == .notFound)
        #expect(failed?.message.contains("5001 is the model \"Another\"") == true)
        #expect(failed?.hint?.contains("civitai:5001@6000") == true)
        #expect(failed?.hint?.contains("civitai:models/5001") == true)
    }

    @Test func aNumberOfNothingIsNotFound() async throws {
        let server = ScriptedServer()
        for host in ["civitai.com", "civitai.red"] {
            for path in ["model-versions/1", "models/1"] { server.on("https://\(host)/api/v1/\(path)", 404) }
        }
        let failed = try await failure { try await server.resolve(.civitai(CivitaiReference(.version(1)))) }
        #expect(failed?.code == .notFound)
    }

    @Test func whatComHidesIsAskedOfRedOnce() async throws {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/5001", 404, #"{"error":"Model not found"}"#)
        server.on("https://civitai.red/api/v1/model-versions/5001", 200, Self.version)
        let found = try await server.resolve(.civitai(CivitaiReference(.modelVersion(model: 77, version: 5001))))
        #expect(found.files[0].metadata.pageURL == "https://civitai.red/models/77?modelVersionId=5001")
        #expect(server.lines.count == 2)
        #expect(server.warningKinds == ["chosen"])
    }

    @Test func theHostThatWasTypedIsAsked() async throws {
        let server = ScriptedServer()
        server.on("https://civitai.green/api/v1/model-versions/5001", 200, Self.version)
        _ = try await server.resolve(.civitai(CivitaiReference(.version(5001), host: "civitai.green")))
        #expect(server.lines == ["GET https://civitai.green/api/v1/model-versions/5001"])
    }

    @Test func anEndpointStandsInForAllHosts() async throws {
        let server = ScriptedServer()
        server.on("http://127.0.0.1:9/api/v1/model-versions/5001", 200, Self.version)
        server.on("http://127.0.0.1:9/api/download/models/5001?fileId=900", 307, "", [("Location", "http://127.0.0.1:10/file")])
        let found = try await server.resolve(
            .civitai(CivitaiReference(.version(5001), host: "civitai.red")),
            ["FETCHCTL_CIVITAI_ENDPOINT": "http://127.0.0.1:9/", "CIVITAI_TOKEN": "tok"])
        let link = try await found.files[0].locator.locate()
        #expect(link.url.string == "http://127.0.0.1:10/file")
        #expect(link.allowsPrivateAddress)
        #expect(server.secretOrigins == ["http://127.0.0.1:9"])
    }

    @Test func aStrangersNameCannotSteerTheTerminal() async throws {
        let server = ScriptedServer()
        server.on(Self.api + "models/9", 200, Self.model.replacing("Another", with: "A\\u001b[2Jnother"))
        let found = try await server.resolve(.civitai(CivitaiReference(.model(9))))
        #expect(found.title == "A\u{FFFD}[2Jnother — v9")
        #expect(server.warnings[0].message.contains("A\u{FFFD}[2Jnother"))
    }

    @Test func aVersionOfAnotherModelIsRefused() async throws {
        let failed = try await failure { try await server().resolve(.civitai(CivitaiReference(.modelVersion(model: 78, version: 5001)))) }
        #expect(failed?.code == .notFound)
        #expect(failed?.hint?.contains("civitai:77@5001") == true)
    }

    @Test func aModelMeansItsNewestPublishedVersion() async throws {
        let server = ScriptedServer()
        server.on(Self.api + "models/4201", 200, try fixture("models_4201_realisticvision_2024-05"))
        let found = try await server.resolve(.civitai(CivitaiReference(.model(4201))))
        #expect(found.title == "Realistic Vision V6.0 B1 — V5.1 Hyper (VAE) (SD 1.5 Hyper)")
        #expect(found.files[0].pinned == "civitai:4201@501240+418901")
        #expect(server.warnings.contains { $0.kind == "chosen" && $0.message.contains("civitai:4201@501240") })
    }

    @Test func aHashMeansTheFileThatHasIt() async throws {
        let server = ScriptedServer()
        let hash = "21437ec26670e230b067ca936f6657caf5ca063f15aec333ef249bec7c0f0dc0"
        server.on(Self.api + "model-versions/by-hash/" + hash.uppercased(), 200, try fixture("model-versions_by-hash_1050496_2024-11"))
        let found = try await server.resolve(.civitai(CivitaiReference(.hash(hash))))
        #expect(found.files[0].digest?.hex == hash)
        #expect(found.files[0].pinned == "civitai:706978@1050496+956231")
    }

    @Test func aVersionWithoutItsNumberHasTheOneAskedFor() async throws {
        let server = ScriptedServer()
        server.on(Self.api + "model-versions/5001", 200, #"{"modelId":77,"files":[{"id":1,"name":"a.safetensors"}]}"#)
        let found = try await server.resolve(.civitai(CivitaiReference(.modelVersion(model: 77, version: 5001))))
        #expect(found.files[0].pinned == "civitai:77@5001+1")
    }

    @Test func toLookAtAVersionShowsAllOfItAndCostsNoDownload() async throws {
        let server = server(scan: "Danger")
        server.on(
            Self.api + "models/77", 200,
            #"{"id":77,"name":"Pastel Mix","allowNoCredit":false,"allowCommercialUse":["Image","Rent"],"allowDerivatives":true,"#
                + #""creator":{"username":"ada"},"tags":["anime"]}"#)
        var selection = FileSelection()
        selection.file = "all"
        selection.allowsUnsafe = true
        selection.describes = true
        let found = try await server.resolve(.civitai(CivitaiReference(.version(5001))), selection: selection)
        let facts = Dictionary(uniqueKeysWithValues: found.facts.map { ($0.name, $0.value) })
        #expect(facts["trained_words"] == .list(["pastel"]))
        #expect(facts["creator"] == .text("ada"))
        #expect(
            facts["licence"]
                == .facts([
                    Fact("credit_required", .flag(true)), Fact("commercial_use", .list(["Image", "Rent"])),
                    Fact("derivatives", .flag(true)),
                ]))
        #expect(facts["previews"] == .list(["https://image.civitai.com/1.jpeg"]))
        #expect(found.files.map(\.path) == ["pastel.safetensors", "pastel.ckpt"])
        let first = Dictionary(uniqueKeysWithValues: found.files[0].facts.map { ($0.name, $0.value) })
        #expect(first["pickle_scan"] == .text("Danger"))
        #expect(first["id"] == .number(900))
        #expect(first["hashes"] == .facts([Fact("SHA256", .text(String(repeating: "AB", count: 32)))]))
        #expect(found.files[0].metadata.licence == "credit required; commercial use: Image, Rent; derivatives allowed")
        #expect(!server.lines.contains { $0.contains("/download/") })
    }
}
