import FetchTypes
import Foundation
import Testing

@testable import ModelSources

@Suite("The choice among a version's files")
struct CivitaiFileChoiceTests {
    static let files = """
        [{"id":1,"name":"m.safetensors","type":"Model","metadata":{"format":"SafeTensor","size":"full","fp":"fp32"}},
         {"id":2,"name":"m.safetensors","type":"Model","metadata":{"format":"SafeTensor","size":"pruned","fp":"fp16"},"primary":true},
         {"id":3,"name":"m.ckpt","type":"Model","metadata":{"format":"PickleTensor","size":"pruned","fp":"fp16"}},
         {"id":4,"name":"m-Q4_K_M.gguf","type":"Model","metadata":{"format":"GGUF","size":null,"fp":null}},
         {"id":5,"name":"m-Q4_K_S.gguf","type":"Model","metadata":{"format":"GGUF"}},
         {"id":6,"name":"m.vae.pt","type":"VAE","metadata":{}}]
        """

    private func choice(_ json: String = files) throws -> CivitaiFileChoice {
        CivitaiFileChoice(try JSONDecoder().decode([CivitaiFile].self, from: Data(json.utf8)), subject: "version 1")
    }

    private func selection(_ change: (inout FileSelection) -> Void) -> FileSelection {
        var selection = FileSelection()
        change(&selection)
        return selection
    }

    @Test(
        "follows the options",
        arguments: [
            ("", "", [2]), ("file", "all", [1, 2, 3, 4, 5, 6]), ("file", "3", [3]), ("file", "m.ckpt", [3]), ("file", "M.CKPT", [3]),
            ("file", "m.safetensors", [2]), ("file", "m.fp32.safetensors", [1]), ("fp", "fp32", [1]), ("fp", "FP-32", [1]),
            ("size", "full", [1]),
            ("format", "safetensors", [2]), ("format", "ckpt", [3]), ("format", "gguf", [4]), ("quant", "q4_k_s", [5]),
            ("quant", "Q4_K_M", [4]),
        ])
    func options(option: String, value: String, ids: [Int]) throws {
        let selection = selection {
            switch option {
            case "file": $0.file = value
            case "fp": $0.fp = value
            case "size": $0.size = value
            case "format": $0.format = value
            case "quant": $0.quant = value
            default: break
            }
        }
        #expect(try choice().choose(fileID: nil, filters: [:], selection: selection).compactMap(\.file.id) == ids)
    }

    @Test(
        "follows a pasted link's filters",
        arguments: [
            (["type": "VAE"], 6), (["type": "Model", "format": "SafeTensor", "size": "full", "fp": "fp32"], 1), (["type": "Model"], 2),
            (["format": "GGUF", "fp": "fp16"], 4), (["format": "PickleTensor"], 3),
        ])
    func filters(filters: [String: String], id: Int) throws {
        #expect(try choice().choose(fileID: nil, filters: filters, selection: FileSelection()).map(\.file.id) == [id])
    }

    @Test(
        "finds the file nearest to a pasted link that has grown old",
        arguments: [
            (["format": "SafeTensor", "size": "pruned", "fp": "fp32"], 2), (["format": "SafeTensor", "size": "full", "fp": "fp16"], 1),
            (["format": "Diffusers"], 2), (["type": "Model", "format": "PickleTensor", "size": "full", "fp": "bf16"], 3),
            (["type": "VAE", "format": "SafeTensor"], 6),
            (["type": "Upscaler"], nil), (["type": "Pruned Model", "format": "SafeTensor", "fp": "fp32", "size": "full"], 1),
        ] as [([String: String], Int?)])
    func nearest(filters: [String: String], id: Int?) throws { #expect(try choice().nearest(filters)?.file.id == id) }

    @Test func anOptionWinsOverThePastedLink() throws {
        let asked = selection { $0.fp = "fp32" }
        #expect(try choice().choose(fileID: nil, filters: ["fp": "fp16"], selection: asked).map(\.file.id) == [1])
    }

    @Test func theReferencesFileNumberIsThatFile() throws {
        #expect(try choice().choose(fileID: 3, filters: ["fp": "fp32"], selection: FileSelection()).map(\.file.id) == [3])
    }

    @Test("that fails lists what there is", arguments: ["99", "other.safetensors", "x"])
    func noMatch(file: String) throws {
        let asked = selection { $0.file = file }
        let choice = try choice()
        let error = #expect(throws: Failure.self) { try choice.choose(fileID: nil, filters: [:], selection: asked) }
        #expect(error?.code == .notFound)
        #expect(error?.why?.contains("1 m.fp32.safetensors (SafeTensor full fp32)") == true)
        #expect(throws: Failure.self) { try choice.choose(fileID: 99, filters: [:], selection: FileSelection()) }
    }

    @Test func withoutAPrimaryFileTakesTheModelProper() throws {
        let json = #"[{"id":1,"name":"a","type":"Config"},{"id":2,"name":"b","type":"Pruned Model"}]"#
        #expect(try choice(json).choose(fileID: nil, filters: [:], selection: FileSelection()).map(\.file.id) == [2])
    }

    @Test(
        "takes all that the options leave",
        arguments: [("fp32", "", [1]), ("", "gguf", [4, 5]), ("", "", [1, 2, 3, 4, 5, 6])])
    func all(fp: String, format: String, ids: [Int]) throws {
        let asked = selection {
            $0.file = "all"
            $0.fp = fp.isEmpty ? nil : fp
            $0.format = format.isEmpty ? nil : format
        }
        #expect(try choice().choose(fileID: nil, filters: ["type": "VAE"], selection: asked).compactMap(\.file.id) == ids)
    }

    @Test func allOfNothingIsARefusal() throws {
        let asked = selection {
            $0.file = "all"
            $0.fp = "fp64"
        }
        let choice = try choice()
        #expect(throws: Failure.self) { try choice.choose(fileID: nil, filters: [:], selection: asked) }
    }

    @Test(
        "names the safetensors file that is nearest to a pickle",
        arguments: [(#"{"size":"pruned","fp":"fp16"}"#, 2), (#"{"size":"full","fp":"fp32"}"#, 1), ("{}", 2)])
    func alternative(metadata: String, id: Int) throws {
        let pickle = try JSONDecoder().decode(
            CivitaiFile.self, from: Data(#"{"id":9,"name":"p.ckpt","type":"Model","metadata":\#(metadata)}"#.utf8))
        #expect(try choice().safetensors(for: pickle)?.file.id == id)
    }

    @Test(
        "never gives two files one name",
        arguments: [
            (files, ["m.fp32.safetensors", "m.safetensors", "m.ckpt", "m-Q4_K_M.gguf", "m-Q4_K_S.gguf", "m.vae.pt"]),
            (
                #"[{"id":1,"name":"a.b","metadata":{"size":"full","fp":"fp16"}},{"id":2,"name":"a.b","metadata":{"size":"pruned","fp":"fp16"},"primary":true}]"#,
                ["a.full.b", "a.b"]
            ),
            (
                #"[{"id":1,"name":"a.b","metadata":{"fp":"fp32","size":"full"}},{"id":2,"name":"a.b","primary":true,"metadata":{"fp":"fp16","size":"pruned"}},{"id":3,"name":"a.b","metadata":{"fp":"fp32","size":"pruned"}}]"#,
                ["a.full.b", "a.b", "a.3.b"]
            ),
            (#"[{"id":1,"name":"a.b"},{"id":2,"name":"a.b","primary":true},{"id":3,"name":"a.b"}]"#, ["a.1.b", "a.b", "a.3.b"]),
            (#"[{"id":1,"name":"a.b","metadata":{"fp":"fp16"}},{"id":2,"name":"a.b","metadata":{"fp":"fp16"}}]"#, ["a.1.b", "a.2.b"]),
            (
                #"[{"id":1,"name":"a.b","metadata":{"fp":"fp8"}},{"id":2,"name":"a.b","primary":true},{"id":3,"name":"a.fp8.b"}]"#,
                ["a.1.b", "a.b", "a.fp8.b"]
            ),
            (#"[{"id":1,"name":"a","metadata":{"fp":"fp8"}},{"id":2,"name":"a","primary":true}]"#, ["a.fp8", "a"]),
            (
                #"[{"id":1,"name":"a.b","metadata":{"quantType":"Q8_0"}},{"id":2,"name":"a.b","metadata":{"quantType":"Q4_0"},"primary":true}]"#,
                ["a.Q8_0.b", "a.b"]
            ),
            (#"[{"name":"a.b"},{"name":"a.b"}]"#, ["a.file1.b", "a.file2.b"]),
            (#"[{"id":1,"name":"x/a.b","primary":true},{"id":2,"name":"a.b"},{"id":3,"name":"a.b. "}]"#, ["a.b", "a.2.b", "a.3.b"]),
            (
                #"[{"id":1,"name":"a.b","primary":true},{"id":2,"name":"a.b","metadata":{"fp":"fp8/../x"}}]"#,
                ["a.b", "a.fp8_.._x.b"]
            ),
            (
                #"[{"id":1,"metadata":{"format":"SafeTensor"}},{"id":2,"name":"..","metadata":{"format":"GGUF"}},{"id":3,"name":"/"}]"#,
                ["civitai-5001-1.safetensors", "civitai-5001-2.gguf", "civitai-5001-3"]
            ),
        ])
    func names(json: String, names: [String]) throws {
        #expect(CivitaiFileChoice.names(try JSONDecoder().decode([CivitaiFile].self, from: Data(json.utf8)), version: 5001) == names)
    }
}
