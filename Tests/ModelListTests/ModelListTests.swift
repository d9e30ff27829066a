import FetchTypes
import Testing

@testable import ModelList

/// Reads a list, for tests.
func read(_ text: String, outside: Bool = false) throws(Failure) -> ModelList {
    try ModelList(parsing: Array(text.utf8), file: "models.toml", isOutsideAllowed: outside)
}

@Suite("A model list")
struct ModelListTests {
    static let whole = """
        # what the workshop needs
        [settings]
        directory = "models"
        layout = "comfyui"

        [[model]]
        ref = "civitai:128078"
        name = "sdxl"
        dir = "checkpoints/"
        out = "sdxl.safetensors"
        include = ["*.safetensors", "*.json"]
        exclude = "*.bin"
        file = 95684
        format = "SafeTensor"
        fp = "fp16"
        size = "pruned"
        quant = "Q4_K_M"
        type = "checkpoint"
        sidecar = ["civitai-info"]
        sha256 = "\(String(repeating: "AB", count: 32))"
        mirror = "https://example.com/x"
        layout = "plain"
        optional = true

        [[model]]
        any-of = ["hf:org/name", "https://example.com/y.gguf"]
        """

    @Test("is read with every key")
    func everyKey() throws {
        let list = try read(Self.whole)
        #expect(list.warnings.isEmpty)
        #expect(list.settings.directory.text == "models")
        #expect(list.settings.layout == ListedText("comfyui", line: 4))
        let model = list.models[0]
        #expect(model.line == 6 && model.references == [ListedText("civitai:128078", line: 7)])
        #expect(model.name == ListedText("sdxl", line: 8))
        #expect(model.directory?.text == "checkpoints" && model.out?.text == "sdxl.safetensors")
        #expect(model.include.map(\.text) == ["*.safetensors", "*.json"] && model.exclude.map(\.text) == ["*.bin"])
        #expect(model.file == "95684" && model.format == "SafeTensor" && model.fp == "fp16" && model.size == "pruned")
        #expect(model.quant == "Q4_K_M" && model.type?.text == "checkpoint" && model.sidecar.map(\.text) == ["civitai-info"])
        #expect(model.sha256 == String(repeating: "ab", count: 32) && model.mirror.map(\.text) == ["https://example.com/x"])
        #expect(model.layout?.text == "plain" && model.isOptional)
        #expect(list.models[1].references.map(\.text) == ["hf:org/name", "https://example.com/y.gguf"])
    }

    @Test("that is empty requests nothing", arguments: ["", "# only a comment\n", "[settings]\n"])
    func empty(text: String) throws {
        #expect(try read(text).models.isEmpty)
    }

    /// A list, its wrong line, and a word of the message.
    static let bad: [(text: String, line: Int, word: String)] = [
        ("[[model]]\nref = 1", 2, "ref"), ("[[model]]\nref = \"\"", 2, "ref"), ("[[model]]\nname = \"x\"", 1, "no ref"),
        ("[[model]]\nref = \"a\"\nany-of = [\"b\"]", 3, "both"), ("[[model]]\nany-of = []", 1, "no ref"),
        ("[[model]]\nany-of = [\"hf:a/b\",\n 2]", 2, "any-of"), ("\n[model]\nref = \"a\"", 2, "model"),
        ("[[model]]\nref = \"a\"\noptional = \"yes\"", 3, "optional"), ("[[model]]\nref = \"a\"\nsha256 = \"12\"", 3, "64"),
        ("[[model]]\nref = \"a\"\ndir = \"/etc\"", 3, "absolute"), ("[[model]]\nref = \"a\"\nout = \"x/../../y\"", 3, ".."),
        ("[[model]]\nref = \"a\"\nout = \".\"", 3, "folder"), ("[[model]]\nref = \"a\"\ndir = \"a\\u0000b\"", 3, "control"),
        ("[settings]\ndirectory = \"../x\"", 2, ".."), ("settings = 1", 1, "settings"), ("model = [1]", 1, "model"),
        ("[[model]\nref = \"a\"", 1, "TOML"), ("[[model]]\nref = \"a\"\nref = \"b\"", 3, "TOML"), ("= 1", 1, "TOML"),
        ("[[model]]\nref = \"a\"\ndir = \"\(String(repeating: "x", count: 256))\"", 3, "255"),
    ]

    @Test("that is wrong is refused with its line and key", arguments: bad)
    func wrong(text: String, line: Int, word: String) throws {
        let failure = try #require(throws: Failure.self) { try read(text) }
        #expect(failure.code == .configuration)
        #expect(failure.message.hasPrefix("models.toml, line \(line):"), "\(failure)")
        #expect("\(failure)".contains(word), "\(failure)")
        #expect(failure.hint != nil)
    }

    @Test("that is no UTF-8, or is nested without end, is refused")
    func hostile() throws {
        for bytes in [Array("ref = \"".utf8) + [0xff, 0x22], Array(String(repeating: "[", count: 100_000).utf8)] {
            let failure = try #require(throws: Failure.self) { try ModelList(parsing: bytes, file: "models.toml") }
            #expect(failure.code == .configuration)
        }
    }

    @Test("warns of keys that are not known, of the first few by name")
    func unknownKeys() throws {
        let others = (1...30).map { "other\($0) = 1\n" }.joined()
        let list = try read("version = 2\n[settings]\ndirektory = \"x\"\n[[model]]\nref = \"a\"\n" + others)
        #expect(list.warnings.count == 8)
        #expect(list.warnings[0].contains("line 1") && list.warnings[0].contains("version"))
        #expect(list.warnings[1].contains("line 3") && list.warnings[1].contains("direktory"))
        #expect(list.warnings.last?.contains("25 more") == true)
    }

    @Test("may lead outside where that is permitted")
    func outside() throws {
        let list = try read("[settings]\ndirectory = \"/data\"\n[[model]]\nref = \"a\"\ndir = \"../x\"", outside: true)
        #expect(list.settings.directory.text == "/data" && list.settings.directory.leavesFolder)
        #expect(list.models[0].directory?.text == "../x")
    }

    @Test("that is written again reads as the same")
    func written() throws {
        let list = try read(Self.whole)
        var writer = ListWriter()
        writer.settings(directory: list.settings.directory.text, layout: list.settings.layout?.text)
        for model in list.models { writer.model(model) }
        let again = try read(writer.text)
        for (one, other) in zip(list.models, again.models) {
            #expect(one.fingerprint(list.settings) == other.fingerprint(again.settings))
            #expect(one.references.map(\.text) == other.references.map(\.text))
        }
        #expect(list.models.count == again.models.count)
    }

    @Test("has a model whose fingerprint changes with what decides its files")
    func fingerprints() throws {
        let base = "[[model]]\nref = \"a\"\n"
        let lines = [
            "", "dir = \"x\"", "out = \"x\"", "include = [\"x\"]", "exclude = [\"x\"]", "file = \"x\"", "quant = \"x\"", "type = \"x\"",
        ]
        let prints = try lines.map { line in
            let list = try read(base + line)
            return list.models[0].fingerprint(list.settings)
        }
        #expect(Set(prints).count == prints.count)
        #expect(prints.allSatisfy { $0.utf8.count == 16 })
        let same = try read(base + "name = \"n\"\noptional = true\nmirror = [\"m\"]")
        #expect(same.models[0].fingerprint(same.settings) == prints[0])
    }
}

@Suite("A path of a list")
struct ListPathTests {
    @Test(
        "is kept in one form", arguments: [("a/b", "a/b"), ("./a//b/", "a/b"), (".", ""), ("a/./b", "a/b"), ("ü/\u{301}x", "ü/\u{301}x")])
    func form(written: String, text: String) throws {
        #expect(try ListPath(written).text.utf8.elementsEqual(text.utf8))
    }

    @Test("does not leave its folder", arguments: ["/a", "..", "a/../b", "../a", "a/..", "/", "//x", ""])
    func refused(written: String) {
        #expect(throws: ListPath.Refusal.self) { try ListPath(written) }
    }

    @Test("is joined and taken apart")
    func joined() throws {
        let folder = try ListPath("a/b")
        #expect(try folder.appending(ListPath("c")).text == "a/b/c")
        #expect(try ListPath("a/b/c").relative(to: folder) == "c")
        #expect(try ListPath("a/bc").relative(to: folder) == nil)
        #expect(try ListPath("x").relative(to: .here) == "x")
        #expect(folder.appending(.here).text == "a/b" && ListPath.here.appending(folder).text == "a/b")
    }
}
