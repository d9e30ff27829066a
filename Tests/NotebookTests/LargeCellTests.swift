import FetchTypes
import Testing

@testable import Notebook

/// Text whose reading once grew faster than its length, or needed as much stack as it is long.
@Suite("A cell that is long or deep")
struct LargeCellTests {
    private static let count = 400

    private static func many(_ text: String) -> String { String(repeating: text, count: count) }

    private static func nested(_ open: String, _ middle: String, _ close: String) -> String { many(open) + middle + many(close) }

    static let cells: [(what: String, text: String)] = [
        ("magics within one another", many("%time ") + "!wget -O x https://h.example/x.bin"),
        ("here-documents within one another", "%%bash\n" + (0..<count).map { "bash <<E\($0)\n" }.joined()),
        ("scripts with here-documents", "%%bash\n" + (0..<count).map { "bash <<E\($0)\necho\nE\($0)\n" }.joined()),
        ("names on one line", "x = [" + many("a, ") + "]"), ("imports on one line", many("import:")), ("froms on one line", many("from:")),
        ("entries of a dictionary", "x = {" + many("1: a, ") + "}"), ("values behind colons", many("a: b = ")),
        ("calls within one another", nested("run(", "1", ")")), ("calls that are not closed", many("run(")),
        ("owners of a call", many("a.") + "run(1)"), ("calls beside one another", many("run(x);")),
        ("downloads within one another", nested("hf_hub_download(", "", ")")),
        ("handlers", many("try:\n x\nexcept OSError:\n run(x)\n")), ("strings in brackets", nested("(", "'wget -c x'", ")")),
        ("strings that hold lines", "x = [" + many("'wget -c https://h.example/x', ") + "]"),
        ("open quotes in a string", "run('wget -c " + many("(") + "' + x, shell=True)"),
        ("words of a line", "!curl " + many("-L https://h.example/x ")),
        ("options in a name", "!wget -O x https://h.example/x.bin " + many(".-u")),
        ("options behind colons", "!wget -O x https://h.example/x.bin " + many(":-u")),
        ("open braces", "!wget " + many("{")), ("braces in braces", "%%bash\nwget " + nested("{", "a", "}")),
        ("open substitutions", "!wget " + many("$(")), ("lines", many("!wget -O x https://h.example/x.bin\n")),
    ]

    @Test("is read, and every byte of it stays or is a line that was converted", arguments: cells.map(\.what))
    func cell(what: String) throws {
        let text = try #require(Self.cells.first { $0.what == what }?.text)
        let bytes = Book.bytes([text])
        let conversion = try FileConversion(bytes, .notebook, name: "a.ipynb")
        #expect((conversion.bytes == bytes) == !conversion.findings.contains { $0.kind == .converted })
        #expect(conversion.findings.reduce(0) { $0 + $1.text.utf8.count } < 64 << 20)
    }

    @Test("in a script that is not UTF-8 keeps its lines")
    func script() throws {
        let bytes = Array(Self.many("wget -O x https://h.example/x.bin # \u{1}\n").utf8).map { $0 == 1 ? 0xE9 : $0 }
        let conversion = try FileConversion(bytes, .shellScript, name: "a.sh")
        #expect(conversion.converted == Self.count)
    }
}
