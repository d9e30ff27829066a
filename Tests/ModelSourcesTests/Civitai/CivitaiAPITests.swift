import FetchTypes
import Foundation
import Testing

@testable import ModelSources

@Suite("CivitAI's recorded answers")
struct CivitaiAPITests {
    @Test(
        "about versions are understood",
        arguments: [
            ("model-versions_2514310_officialdocs_2026-08", 2_514_310, 827_184, "v16.0", 1),
            ("model-versions_2983680_reduced_2026-09", 2_983_680, 2_544_636, "v1.0(base 1.0)", 3),
            ("model-versions_by-hash_1050496_2024-11", 1_050_496, 706_978, "V.3", 1),
        ])
    func version(name: String, id: Int, model: Int, title: String, files: Int) throws {
        let version = try JSONDecoder().decode(CivitaiVersion.self, from: Data(try fixture(name).utf8))
        #expect(version.id == id)
        #expect(version.modelID == model)
        #expect(version.name == title)
        #expect(version.files.count == files)
        #expect(version.files.filter(\.isPrimary).count == 1)
    }

    @Test(
        "about models are understood",
        arguments: [
            ("models_4201_realisticvision_2024-05", 4201, 501_240), ("models_4468_counterfeit_2024-05", 4468, 57_618),
        ])
    func model(name: String, id: Int, newest: Int) throws {
        let model = try JSONDecoder().decode(CivitaiModel.self, from: Data(try fixture(name).utf8))
        #expect(model.versions.allSatisfy { $0.modelID == id })
        #expect(model.newest(now: 1_800_000_000)?.id == newest)
        let files = model.versions.flatMap(\.files)
        #expect(files.count > 2)
        #expect(files.allSatisfy { $0.digest?.algorithm == .sha256 && $0.exactSize.count != nil && $0.id != nil })
        for version in model.versions {
            let names = CivitaiFileChoice.names(version.files)
            #expect(Set(names).count == names.count)
        }
    }

    @Test func aFilesNumberIsAlsoTakenFromItsLink() throws {
        let name = "model-versions_2983680_reduced_2026-09"
        let version = try JSONDecoder().decode(CivitaiVersion.self, from: Data(try fixture(name).utf8))
        #expect(version.files.map(\.id) == [2_863_150, 2_863_158, nil])
        #expect(version.files.map { $0.digest == nil } == [false, true, false])
        #expect(version.files[0].digest?.hex == "cd2a512003e2f9f3cd3c32a9c3573f820bb28c940f73c57b1ddaa983d9223eba")
    }

    @Test(
        "give an exact size where there is one",
        arguments: [
            ("2082642.474609375", Int64(2_132_625_894)), ("4165133.963867188", 4_265_097_179), ("6775430.35", nil), ("0", 0), ("-1", nil),
            ("1e300", nil),
        ])
    func size(sizeKB: String, bytes: Int64?) throws {
        let file = try JSONDecoder().decode(CivitaiFile.self, from: Data(#"{"name":"x","sizeKB":\#(sizeKB)}"#.utf8))
        #expect(file.exactSize.count?.bytes == bytes)
    }

    @Test func fieldsOfAnotherTypeAreNoObstacle() throws {
        let odd = """
            {"id":1,"name":null,"modelId":"x","trainedWords":["a",5],"model":[],"images":[{"url":"https://i/1","nsfwLevel":"Soft"},
            {"url":"https://i/2","type":"video"},7],"files":[{"id":"x","name":"f","metadata":[],"hashes":null,"primary":"yes"},{"id":3}]}
            """
        let version = try JSONDecoder().decode(CivitaiVersion.self, from: Data(odd.utf8))
        #expect(version.trainedWords == ["a"])
        #expect(version.previewURLs == ["https://i/1"])
        #expect(version.files.map(\.name) == ["f", ""])
        #expect(version.modelID == nil)
    }

    @Test func numbersMayBeWrittenAsTexts() throws {
        let text = #"{"id":"5","modelId":"6","files":[{"id":"7","name":"f","sizeKB":"1.5"}]}"#
        let version = try JSONDecoder().decode(CivitaiVersion.self, from: Data(text.utf8))
        #expect(version.id == 5)
        #expect(version.modelID == 6)
        #expect(version.files[0].id == 7)
        #expect(version.files[0].exactSize == .known(1536))
    }

    @Test(
        "about versions without a number have that of their link",
        arguments: [(#"{"files":[],"downloadUrl":"https://civitai.com/api/download/models/5"}"#, 5), (#"{"files":[]}"#, 0)])
    func versionNumber(text: String, id: Int) throws {
        #expect(try JSONDecoder().decode(CivitaiVersion.self, from: Data(text.utf8)).id == id)
    }

    @Test("that say nothing of a version or model are refused", arguments: ["{}", #"{"error":"x"}"#, "null", "[]"])
    func nothing(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CivitaiVersion.self, from: Data(text.utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CivitaiModel.self, from: Data(text.utf8)) }
    }

    @Test(
        "keep the SHA-256 whatever is beside it",
        arguments: [#""SHA256":"HEX","CRC32":12345"#, #""CRC32":null,"SHA256":"HEX","AutoV3":{}"#, #""sha256":"HEX""#])
    func hashes(members: String) throws {
        let hex = String(repeating: "AB", count: 32)
        let text = #"{"name":"f","hashes":{\#(members.replacing("HEX", with: hex))}}"#
        #expect(try JSONDecoder().decode(CivitaiFile.self, from: Data(text.utf8)).digest?.hex == hex.lowercased())
    }

    @Test func theOrderOfVersionsIsTheirIndexWhereAllHaveOne() throws {
        let text =
            #"{"id":1,"modelVersions":[{"id":7,"index":1,"publishedAt":"2020-01-01T00:00:00Z"},{"id":8,"index":0,"publishedAt":"2021-01-01T00:00:00Z"}]}"#
        func newest(_ text: String) throws -> Int? {
            try JSONDecoder().decode(CivitaiModel.self, from: Data(text.utf8)).newest(now: 1_800_000_000)?.id
        }
        #expect(try newest(text) == 8)
        #expect(try newest(text.replacing(#""index":0,"#, with: "")) == 7)
    }

    @Test func whatIsScheduledIsNotTheNewest() throws {
        let model = try JSONDecoder().decode(
            CivitaiModel.self,
            from: Data(
                #"{"id":1,"modelVersions":[{"id":9,"publishedAt":"2099-01-01T00:00:00Z"},{"id":8,"status":"Draft","publishedAt":"2020-01-01"},{"id":7},{"id":6,"publishedAt":"2020-01-01T00:00:00Z"}]}"#
                    .utf8))
        #expect(model.newest(now: 1_800_000_000)?.id == 6)
    }
}
