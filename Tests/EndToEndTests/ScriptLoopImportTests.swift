import Foundation
import Testing

@Suite("A script's loops in an imported list")
struct ScriptLoopImportTests {
    private static let script = """
        #!/bin/bash
        BASE=https://example.com/m
        for f in a b; do
          wget -P models "$BASE/$f.bin"
        done
        for f in {c,d}.bin; do curl -L -o "models/$f" $BASE/$f; done
        for f in $(cat list); do wget "$BASE/$f"; done
        wget -O models/x.bin https://one.example.com/x.bin || wget -O models/x.bin https://two.example.com/other.bin || exit 1
        wget $BASE/y.bin || wget $BASE/z.bin
        """

    @Test("are an entry for each word, alternatives one model, and what is not certain a comment with the reason")
    func loops() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(Self.script, to: "start.sh")
            try await scenario.run(["import", "start.sh", "-o", "models.toml"]).expectSuccess()
            let text = String(decoding: try #require(scenario.box.data("models.toml")), as: UTF8.self)
            for words in [
                "# line 4\n[[model]]\nref = \"https://example.com/m/a.bin\"\ndir = \"models\"", "ref = \"https://example.com/m/b.bin\"",
                "ref = \"https://example.com/m/c.bin\"\ndir = \"models\"\nout = \"c.bin\"", "out = \"d.bin\"",
                "any-of = [\"https://one.example.com/x.bin\", \"https://two.example.com/other.bin\"]\ndir = \"models\"\nout = \"x.bin\"",
                "line 7: wget \"$BASE/$f\": the words of its loop are not certain",
                "Fetched only where the one before it fails, and to another place, line 9: wget $BASE/z.bin",
            ] { #expect(text.contains(words), "\(words) in:\n\(text)") }
            #expect(text.components(separatedBy: "[[model]]").count == 7, "\(text)")
            try await scenario.run(["tree"]).expectSuccess()
        }
    }
}
