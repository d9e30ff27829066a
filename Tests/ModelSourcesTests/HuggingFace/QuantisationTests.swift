import FetchTypes
import Testing

@testable import ModelSources

@Suite("Quantisations of a GGUF repo")
struct QuantisationTests {
    @Test(
        "are read from the whole quantisation part of a file's name, else of its folder's",
        arguments: [
            ("m-Q4_K_M.gguf", "Q4_K_M"), ("m-Q4_K.gguf", "Q4_K"), ("m.Q4_K_M.gguf", "Q4_K_M"), ("ggml-model-q4_0.gguf", "q4_0"),
            ("model_Q5_1.gguf", "Q5_1"), ("m-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"), ("m-UD-IQ1_S-00001-of-00002.gguf", "UD-IQ1_S"),
            ("Q8_0/m-Q8_0-00001-of-00003.gguf", "Q8_0"), ("BF16/m-00001-of-00002.gguf", "BF16"), ("m-iq4_nl.gguf", "iq4_nl"),
            ("m-IQ2_XXS.GGUF", "IQ2_XXS"), ("m-TQ1_0.gguf", "TQ1_0"), ("m-f16.gguf", "f16"), ("m-MXFP4_MOE.gguf", "MXFP4_MOE"),
            ("gpt-oss-mxfp4.gguf", "mxfp4"), ("m.i1-Q4_K_S.gguf", "Q4_K_S"), ("m-F16-Q6_K_L.gguf", "Q6_K_L"),
            ("m-Q4_0_4_8.gguf", "Q4_0_4_8"),
            ("m-Q4_K_M-v2.gguf", "Q4_K_M"), ("m-Q2_K_S-imat.gguf", "Q2_K_S"), ("m-IQ4_KSS.gguf", "IQ4_KSS"), ("Q4.gguf", "Q4"),
            ("model.gguf", nil), ("Qwen3-4B.gguf", nil), ("phi-q.gguf", nil), ("Q8_0/sub/model.gguf", nil),
        ] as [(String, String?)])
    func names(row: (path: String, quantisation: String?)) throws {
        #expect(try #require(GGUFName(path: row.path)).quantisation == row.quantisation)
    }

    @Test("leave out projectors, importance matrices and drafts")
    func roles() throws {
        #expect(GGUFName(path: "mmproj-F16.gguf")?.role == .projector)
        #expect(GGUFName(path: "m-mmproj-bf16.gguf")?.role == .projector)
        #expect(GGUFName(path: "imatrix_unsloth.gguf")?.role == .accessory)
        #expect(GGUFName(path: "mtp-m-Q4_0.gguf")?.role == .accessory)
        #expect(GGUFName(path: "m-imatrix-Q4_0.gguf")?.role == .model)
        #expect(GGUFName(path: "m.safetensors") == nil)
    }

    private static let repo = QuantisationTable([
        ("README.md", 10), ("m-Q4_K_M.gguf", 400), ("m-Q4_K_S.gguf", 380), ("m-Q4_K.gguf", 390), ("m-UD-Q4_K_M.gguf", 420),
        ("Q8_0/m-Q8_0-00002-of-00002.gguf", 300), ("Q8_0/m-Q8_0-00001-of-00002.gguf", 500), ("BF16/m-BF16-00001-of-00002.gguf", 900),
        ("two/a-Q2_K.gguf", 20), ("two/b-Q2_K.gguf", 21), ("mmproj-F32.gguf", 64), ("mmproj-F16.gguf", 32), ("Q8_0/mmproj-BF16.gguf", 33),
    ])

    @Test(
        "by a tag are all splits and the nearest projector, whatever the case",
        arguments: [
            ("q4_k_m", nil, ["m-Q4_K_M.gguf", "mmproj-F16.gguf"]), ("Q4_K_M", false, ["m-Q4_K_M.gguf"]),
            ("Q4_K", false, ["m-Q4_K.gguf"]), ("ud-q4_k_m", false, ["m-UD-Q4_K_M.gguf"]), ("i1-Q4_K_S", false, ["m-Q4_K_S.gguf"]),
            ("Q8_0", true, ["Q8_0/m-Q8_0-00001-of-00002.gguf", "Q8_0/m-Q8_0-00002-of-00002.gguf", "Q8_0/mmproj-BF16.gguf"]),
        ] as [(String, Bool?, [String])])
    func chosen(row: (tag: String, projector: Bool?, paths: [String])) throws {
        #expect(try Self.repo.paths(row.tag, projector: row.projector, of: "org/m") == Set(row.paths))
    }

    @Test(
        "by a tag that means none or several are refused, and what there is is named",
        arguments: [
            ("latest", ExitCode.notFound, "Q4_K_M"), ("Q4", .notFound, "UD-Q4_K_M"), ("Q2_K", .usage, "two/b-Q2_K.gguf (21 B)"),
            ("BF16", .notFound, "BF16/m-BF16-00001-of-00002.gguf"),
        ])
    func refused(row: (tag: String, code: ExitCode, named: String)) {
        let failure = #expect(throws: Failure.self) { try Self.repo.paths(row.tag, projector: nil, of: "org/m") }
        #expect(failure?.code == row.code)
        #expect(failure?.why?.contains(row.named) == true, "\(failure?.description ?? "")")
        // What is not whole is not offered.
        #expect(failure?.hint?.contains("BF16") == false && !(failure?.why?.contains("BF16,") ?? false), "\(failure?.description ?? "")")
    }

    @Test("of several models with splits are chosen with all their splits")
    func splits() {
        let table = QuantisationTable(["a", "b"].flatMap { name in (1...2).map { ("\(name)/\(name)-Q8_0-0000\($0)-of-00002.gguf", 1) } })
        let failure = #expect(throws: Failure.self) { try table.paths("Q8_0", projector: nil, of: "org/m") }
        #expect(failure?.hint?.contains("--include 'a/a-Q8_0-*-of-00002.gguf'") == true, "\(failure?.description ?? "")")
    }

    @Test("of which none is whole are not offered at all", arguments: ["BF16", "Q4_0"])
    func broken(tag: String) {
        let table = QuantisationTable([("m-BF16-00002-of-00003.gguf", 1), ("m-BF16-00003-of-00003.gguf", 1)])
        let failure = #expect(throws: Failure.self) { try table.paths(tag, projector: nil, of: "org/m") }
        #expect(failure?.code == .notFound && failure?.hint?.contains(":BF16") == false, "\(failure?.description ?? "")")
    }

    @Test("of 16 bits take the projector of their own name", arguments: ["F16", "BF16"])
    func precision(name: String) throws {
        let table = QuantisationTable([
            ("m-F16.gguf", 100), ("m-BF16.gguf", 100), ("mmproj-m-F16.gguf", 10), ("mmproj-m-BF16.gguf", 10),
        ])
        #expect(try table.paths(name, projector: true, of: "org/m") == ["m-\(name).gguf", "mmproj-m-\(name).gguf"])
    }

    @Test("with a projector that is demanded and not there are 66; a repo without any says so")
    func absent() {
        let plain = QuantisationTable([("m-Q4_0.gguf", 1), ("config.json", 2)])
        #expect(throws: Failure.self) { try plain.paths("Q4_0", projector: true, of: "org/m") }
        let failure = #expect(throws: Failure.self) { try QuantisationTable([("a.bin", 1)]).paths("Q4_0", projector: nil, of: "org/m") }
        #expect(failure?.code == .notFound)
    }

    @Test("are listed by size, each with its splits in order")
    func listed() {
        #expect(Self.repo.variants.map(\.name) == ["Q2_K", "Q2_K", "Q4_K_S", "Q4_K", "Q4_K_M", "UD-Q4_K_M", "Q8_0", "BF16"])
        #expect(Self.repo.variants.first { $0.name == "Q8_0" }?.size == 800)
    }
}
