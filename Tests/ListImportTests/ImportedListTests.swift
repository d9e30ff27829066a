import ModelList
import Testing

@testable import ListImport

@Suite("An imported list") struct ImportedListTests {
    private func model(_ reference: String) -> ListedModel {
        var model = ListedModel(line: 0)
        model.references = [ListedText(reference, line: 0)]
        return model
    }

    @Test("has each model with its folder relative to the list, and comments for the rest")
    func text() {
        var list = ImportedList()
        list.entries = [
            .model(model("civitai:5"), directory: "/home/me/lists/models/vae", out: "a.bin", note: "A model"),
            .comment("Not found: b.bin, sha256 00"),
            .model(model("hf:org/name/c.bin"), directory: "/home/me/lists", out: "c.bin", note: nil),
        ]
        #expect(list.models == 2)
        #expect(
            list.text(in: "/home/me/lists") == """
                # A model
                [[model]]
                ref = "civitai:5"
                dir = "models/vae"
                out = "a.bin"

                # Not found: b.bin, sha256 00

                [[model]]
                ref = "hf:org/name/c.bin"
                out = "c.bin"

                """)
    }

    @Test("names the common folder of what is outside of its own, and says how to sync it")
    func outside() {
        var list = ImportedList()
        list.entries = ["x", "y"].map { .model(model("civitai:\($0.utf8.first!)"), directory: "/data/models/\($0)", out: nil, note: nil) }
        let text = list.text(in: "/home/me/lists")
        #expect(text.contains("# The directory is not below this list: sync it with -d DIR, or with --outside."))
        #expect(text.contains("directory = \"/data/models\"") && text.contains("dir = \"x\"") && text.contains("dir = \"y\""))
    }

    @Test("gives a second model of the same reference a name of its own")
    func names() {
        var list = ImportedList()
        list.entries = [1, 2].map { _ in .model(model("civitai:5"), directory: nil, out: nil, note: nil) }
        #expect(list.text(in: "/work").contains("name = \"civitai:5 2\""))
    }
}
