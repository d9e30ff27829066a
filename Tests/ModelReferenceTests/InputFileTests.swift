import FetchTypes
import ModelReference
import Testing

@Suite("Input files") struct InputFileTests {
    @Test("One reference a line, options below it, comments and empty lines between")
    func whole() throws {
        let text = """
            \u{feff}# models for the demo
            civitai:128078
              dir=models/checkpoints
              out=a=b.safetensors
            \t# an indented comment

            # a comment ends no entry
            \ttype=lora

            https://a/x.bin\thttps://b/x.bin \t
            \theader=X-One: 1
             header = X-Two: 2 

            https://c/y.bin#part
            """
        let entries = try InputFile.parse(text)
        #expect(
            entries == [
                InputEntry(
                    references: ["civitai:128078"],
                    options: [
                        .init(name: "dir", value: "models/checkpoints", line: 3), .init(name: "out", value: "a=b.safetensors", line: 4),
                        .init(name: "type", value: "lora", line: 8),
                    ], line: 2),
                InputEntry(
                    references: ["https://a/x.bin", "https://b/x.bin"],
                    options: [.init(name: "header", value: "X-One: 1", line: 11), .init(name: "header", value: "X-Two: 2", line: 12)],
                    line: 10),
                InputEntry(references: ["https://c/y.bin#part"], line: 14),
            ])
    }

    @Test("Lines end in LF or CR LF, the last one in nothing too")
    func lineEnds() throws {
        let entries = try InputFile.parse("hf:a/b\r\n  out=x\r\n\r\ncivitai:5")
        #expect(
            entries == [
                InputEntry(references: ["hf:a/b"], options: [.init(name: "out", value: "x", line: 2)], line: 1),
                InputEntry(references: ["civitai:5"], line: 4),
            ])
    }

    @Test("An empty list is empty", arguments: ["", "\n", "# only a comment\n", "  \n\t\n", "\u{feff}"])
    func nothing(_ text: String) throws {
        #expect(try InputFile.parse(text).isEmpty)
    }

    @Test("An option's value may be empty, and a reference may hold spaces")
    func emptyValue() throws {
        let entries = try InputFile.parse("hf:org/name/my model.bin\n out=\n")
        #expect(
            entries == [InputEntry(references: ["hf:org/name/my model.bin"], options: [.init(name: "out", value: "", line: 2)], line: 1)])
    }

    @Test(
        "What is wrong names its line",
        arguments: [
            (
                "  out=x\ncivitai:5", 1, "it begins with white space, which makes it an option, but no reference is above it.",
                "begin a reference in the first column."
            ),
            (
                "civitai:5\n\n  civitai:6", 3, "\"civitai:6\" begins with white space, which makes it an option, but it has no \"=\".",
                "write name=value, such as out=model.safetensors; a reference begins in the first column."
            ),
            ("civitai:5\n  --out=x", 2, "\"--out\" is no option's name.", "did you mean out=…, without dashes?"),
            ("civitai:5\n  =x", 2, "\"\" is no option's name.", "write name=value, such as out=model.safetensors."),
            (
                "civitai:5\n  https://h/x?token=s3cret", 2, "\"https://h/x…\" is no option's name.",
                "write name=value, such as out=model.safetensors."
            ),
            ("# x\ncivitai:5\u{0}", 2, "it has a control character inside.", "save the list as plain text in UTF-8."),
            ("civitai:5\rcivitai:6", 1, "it has a control character inside.", "save the list as plain text in UTF-8."),
        ])
    func refusals(text: String, line: Int, why: String, hint: String) throws {
        let failure = try #require(throws: Failure.self) { try InputFile.parse(text) }
        #expect(failure.kind == .usage && failure.code == .usage)
        #expect(failure.message == "cannot understand line \(line) of the input file.")
        #expect(failure.why == why)
        #expect(failure.hint == hint)
    }

    @Test("No description of an entry holds what it says")
    func descriptions() throws {
        let entries = try InputFile.parse("https://h/x?token=s3cret\n header=Authorization: Bearer s3cret\n")
        var seen = "\(entries) \(String(reflecting: entries)) \(entries[0].options)"
        dump(entries, to: &seen)
        #expect(!seen.contains("s3cret"))
    }
}
