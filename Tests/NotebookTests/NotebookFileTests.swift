import FetchTypes
import Foundation
import Testing

@testable import Notebook

@Suite("A notebook's file")
struct NotebookFileTests {
    static let cells = [
        "!apt -y install -qq aria2\n%cd /content\n!aria2c -c -x 16 https://h.example/x.bin -d m -o \"é b.bin\"\n\n",
        "# nothing \\ \"here\"\n",
        "%%bash\nwget -O x https://h.example/x.bin\n  \\\nls\t\u{1F600}", "", "p = gdown.download(url)",
    ]

    static let forms: [(indent: Int?, isASCII: Bool, asText: Bool, ending: String)] = [
        (1, false, false, "\n"), (1, true, false, "\n"), (2, false, true, ""), (4, true, true, "\n\n"), (nil, false, false, ""),
        (nil, true, true, "\n"),
        (0, false, false, "\r\n"),
    ]

    @Test("keeps every byte that is not part of a changed line, in every format", arguments: forms)
    func bytes(indent: Int?, isASCII: Bool, asText: Bool, ending: String) throws {
        let before = Book.bytes(Self.cells, indent: indent, isASCII: isASCII, asText: asText, ending: ending)
        let conversion = try FileConversion(before, .notebook, name: "a.ipynb")
        #expect(conversion.converted == 3)
        var after = Self.cells
        after[0] = after[0].replacing("!aria2c", with: "!fetchctl aria2c")
        after[2] = after[2].replacing("wget -O x https://h.example/x.bin", with: "fetchctl add https://h.example/x.bin -d . -o x --force")
        after[4] = "import fetchctl\np = fetchctl.add(url, dir=\".\", force=True).paths[0]"
        // The cells' ids are of the old text's length.
        var expected = String(decoding: Book.bytes(after, indent: indent, isASCII: isASCII, asText: asText, ending: ending), as: UTF8.self)
        for (old, new) in zip(Self.cells, after) {
            let letter = isASCII ? "\\u00fc" : "ü"
            expected = expected.replacing("\"\(letter)\(new.count)\"", with: "\"\(letter)\(old.count)\"")
        }
        #expect(String(decoding: conversion.bytes, as: UTF8.self) == expected)
    }

    @Test("is not changed by a second conversion", arguments: forms)
    func again(indent: Int?, isASCII: Bool, asText: Bool, ending: String) throws {
        let cells =
            Self.cells + ShellLineTests.added.map(\.line) + ShellLineTests.kept.map(\.line) + ShellLineTests.left.map(\.line)
            + PythonCallTests.converted.map(\.text)
        let before = Book.bytes(cells, indent: indent, isASCII: isASCII, asText: asText, ending: ending)
        let first = try FileConversion(before, .notebook, name: "a.ipynb")
        #expect(first.converted > 40)
        let second = try FileConversion(first.bytes, .notebook, name: "a.ipynb")
        #expect(second.converted == 0 && second.bytes == first.bytes && second.diff.isEmpty)
        #expect(second.left == first.left)
        #expect(try JSONSerialization.jsonObject(with: Data(first.bytes)) is [String: Any])
    }

    @Test("with strange but valid lines is read as it is")
    func strange() throws {
        let text =
            #"{"cells":[{"cell_type":"code","source":["a\n!wget -O x https:\/\/h.example\/x.bin\u000a","b\r\n", "", "c"]},{"cell_type":"raw","source":[]}],"nbformat":4}"#
        let conversion = try FileConversion(Array(text.utf8), .notebook, name: "a.ipynb")
        // An element without a line's end in the middle: its lines are not the file's.
        #expect(conversion.converted == 0 && conversion.left == 1 && conversion.bytes == Array(text.utf8))
        let regular = text.replacing("\"b\\r\\n\", \"\", \"c\"", with: "\"b\\r\\n\",   \"c\"")
        let second = try FileConversion(Array(regular.utf8), .notebook, name: "a.ipynb")
        let new = "!fetchctl add https://h.example/x.bin -d . -o x --force"
        let expected = regular.replacing(#"!wget -O x https:\/\/h.example\/x.bin"#, with: new)
        #expect(String(decoding: second.bytes, as: UTF8.self) == expected)
    }

    @Test(
        "that is none is refused, with the reason",
        arguments: [
            ("", "no JSON"), ("{}", "no list"), ("[1, 2]", "no list"), ("{\"cells\": 1}", "no list"), ("{\"worksheets\": []}", "format 3"),
            ("{\"cells\": [{\"cell_type\": \"code\"}]}", "no source"), ("{\"cells\": [{\"source\": [1]}]}", "no source"),
            ("{\"cells\": []} x", "no JSON"), ("{\"cells\": [{\"source\": \"\\x\"}]}", "no JSON"), ("<!DOCTYPE html>", "no JSON"),
        ])
    func refuse(text: String, why: String) throws {
        let failure = try #require(throws: Failure.self) { try FileConversion(Array(text.utf8), .notebook, name: "a.ipynb") }
        #expect(failure.code == .wrongData && failure.why?.contains(why) == true && failure.hint != nil)
    }

    @Test("is shown as a diff that names cell and lines")
    func diff() throws {
        let text = (1...12).map { "line\($0)" }.joined(separator: "\n") + "\n!wget -O x https://h.example/x.bin\nlast\n"
        #expect(
            try Book.convert("x", text).diff == """
                --- a.ipynb (cell 2)
                +++ a.ipynb (cell 2)
                @@ -10,5 +10,5 @@
                 line10
                 line11
                 line12
                -!wget -O x https://h.example/x.bin
                +!fetchctl add https://h.example/x.bin -d . -o x --force
                 last

                """)
    }

    @Test("may be large and have many cells")
    func large() throws {
        let cells = (0..<300).map { "x = \($0)\n!wget -O x\($0) https://h.example/\($0)\n" + String(repeating: "y = 'abc'\n", count: 200) }
        let conversion = try FileConversion(Book.bytes(cells), .notebook, name: "a.ipynb")
        #expect(conversion.converted == 300)
    }
}
