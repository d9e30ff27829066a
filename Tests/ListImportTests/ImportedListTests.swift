import FetchTypes
import Foundation
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
    func text() throws {
        var list = ImportedList()
        list.entries = [
            .model(model("civitai:5"), directory: "/home/me/lists/models/vae", out: "a.bin", note: "A model"),
            .comment("Not found: b.bin, sha256 00"),
            .model(model("hf:org/name/c.bin"), directory: "/home/me/lists", out: "c.bin", note: nil),
        ]
        let written = try list.written(in: "/home/me/lists", environment: [:])
        #expect(written.models == 2)
        #expect(
            written.text == """
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
    func outside() throws {
        var list = ImportedList()
        list.entries = ["x", "y"].map { .model(model("civitai:\($0.utf8.first!)"), directory: "/data/models/\($0)", out: nil, note: nil) }
        let text = try list.written(in: "/home/me/lists", environment: [:]).text
        #expect(text.contains("# The directory is not below this list: sync it with -d DIR, or with --outside."))
        #expect(text.contains("directory = \"/data/models\"") && text.contains("dir = \"x\"") && text.contains("dir = \"y\""))
    }

    @Test("gives a second model of the same reference a name of its own")
    func names() throws {
        var list = ImportedList()
        list.entries = [1, 2].map { _ in .model(model("civitai:5"), directory: nil, out: nil, note: nil) }
        #expect(try list.written(in: "/work", environment: [:]).text.contains("name = \"civitai:5 2\""))
    }

    @Test("has a comment for each place outside of its folder where others are in it")
    func partlyOutside() throws {
        var list = ImportedList()
        list.entries = [
            .model(model("civitai:1"), directory: "/data/models", out: nil, note: "line 1"),
            .model(model("civitai:2"), directory: nil, out: nil, note: nil),
            .model(model("civitai:3"), directory: "vae", out: nil, note: nil),
        ]
        let text = try list.written(in: "/home/me", environment: [:]).text
        #expect(text.contains("# Not in this list: civitai:1 (line 1): /data/models is not below the list's folder"), "\(text)")
        #expect(text.contains("ref = \"civitai:2\"\n\n") && text.contains("ref = \"civitai:3\"\ndir = \"vae\"\n"))
        #expect(try ModelList(parsing: Array(text.utf8), file: "x").models.count == 2)
    }

    @Test(
        "has one model for a file, and a comment for the next with the same target",
        arguments: [
            ("https://a.org/x.bin", String?.none, "https://b.org/x.bin", String?.none, 1),
            ("civitai:1", "d.json", "civitai:2", "d.json", 1),
            ("https://a.org/x.bin", nil, "civitai:2", "x.bin", 1), ("https://a.org/x.bin", nil, "https://a.org/y.bin", nil, 2),
            ("https://a.org/x.bin", nil, "https://b.org/x.bin", "y.bin", 2),
        ])
    func targets(first: String, out: String?, second: String, other: String?, count: Int) throws {
        let list = ImportedList(entries: [
            .model(model(first), directory: "m", out: out, note: "line 1"),
            .model(model(second), directory: "m", out: other, note: "line 2"),
        ])
        let written = try list.written(in: "/work", environment: [:])
        #expect(written.models == count, "\(written.text)")
        let words = "# Not in this list: \(second) (line 2): it would be the same file as \(first) (line 1)"
        #expect(written.text.contains(words) == (count == 1), "\(written.text)")
    }

    /// What a list may not have: a reference, a directory, a name.
    private static let wrong: [(reference: String, directory: String?, out: String?)] = [
        ("ftp://example.com/a.bin", nil, nil), ("file:///etc/passwd", nil, nil), ("sftp://u:secretword@example.com/a", nil, nil),
        ("/home/me/models/a.safetensors", nil, nil), ("./a.safetensors", nil, nil), ("$P", nil, nil), ("", nil, nil),
        ("magnet:?xt=urn:btih:00", nil, nil), ("civitai:5", "../../etc", nil), ("civitai:5", "models/../../etc", nil),
        ("civitai:5", nil, "/etc/passwd"), ("civitai:5", nil, "../a.bin"), ("civitai:5", "", nil), ("civitai:5", "a\u{7}b", nil),
        ("civitai:5", String(repeating: "x", count: 300), nil), ("http://127.0.0.1:1/a.bin", nil, nil),
        ("http://192.168.0.1/a.bin", nil, nil), ("https://example.com/a\nref = 1", nil, nil), ("org/name/a.bin", nil, nil),
        ("civitai:5", nil, "a.bin.fetchctl-part"),
    ]

    @Test("has what a list may not have as a comment with the reason, and is a list", arguments: wrong)
    func refused(row: (reference: String, directory: String?, out: String?)) throws {
        var list = ImportedList()
        list.entries = [.model(model(row.reference), directory: row.directory, out: row.out, note: "line 7")]
        list.entries.append(.model(model("hf:org/name"), directory: "models", out: nil, note: nil))
        let written = try list.written(in: "/home/me/lists", environment: [:])
        #expect(written.models == 1, "\(written.text)")
        #expect(written.text.contains("# Not in this list: ") && written.text.contains("(line 7): "), "\(written.text)")
        #expect(!written.text.contains("secretword"))
        let read = try ModelList(parsing: Array(written.text.utf8), file: "models.toml")
        #expect(read.models.map(\.references[0].text) == ["hf:org/name"] && read.warnings.isEmpty)
    }

    @Test("refuses values of options that are not known")
    func values() throws {
        var odd = model("civitai:5")
        odd.type = ListedText("no-such-type", line: 0)
        var layout = model("civitai:6")
        layout.layout = ListedText("nowhere", line: 0)
        var hash = model("civitai:7")
        hash.sha256 = "12"
        let list = ImportedList(entries: [odd, layout, hash].map { .model($0, directory: nil, out: nil, note: nil) })
        let written = try list.written(in: "/work", environment: [:])
        #expect(written.models == 0)
        #expect(written.text.components(separatedBy: "# Not in this list: civitai:").count == 4, "\(written.text)")
    }
}
