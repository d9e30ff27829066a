import Testing

@testable import TOMLText

/// The examples of the TOML 1.0.0 specification, and what else its grammar has.
@Suite("A TOML document")
struct TOMLDocumentTests {
    /// A document, and all of it on one line.
    static let valid: [(text: String, means: String)] = [
        ("", "{}"), (" \t\r\n# only a comment", "{}"), ("\u{FEFF}a = 1", "{ a = 1 }"), ("a=1#c\n\tb = 2\r\n", "{ a = 1, b = 2 }"),
        // Keys
        (#"bare_key = 1"# + "\nbare-key = 2\n1234 = 3", "{ bare_key = 1, bare-key = 2, 1234 = 3 }"),
        (
            #""127.0.0.1" = 1"# + "\n'quoted \"value\"' = 2\n\"\" = 3\n\"ʎǝʞ\" = 4",
            #"{ "127.0.0.1" = 1, "quoted \"value\"" = 2, "" = 3, "ʎǝʞ" = 4 }"#
        ),
        (
            "name = 1\nphysical.color = 2\nphysical . \"shape\" = 3\nsite.'google.com' = true",
            #"{ name = 1, physical = { color = 2, shape = 3 }, site = { "google.com" = true } }"#
        ),
        ("fruit.apple.smooth = true\nfruit.orange = 2", "{ fruit = { apple = { smooth = true }, orange = 2 } }"),
        ("apple.type = 1\norange.type = 2\napple.skin = 3", "{ apple = { type = 1, skin = 3 }, orange = { type = 2 } }"),
        ("3.14159 = \"pi\"", "{ 3 = { 14159 = \"pi\" } }"), ("true = 1\ninf = 2\n-1 = 3", "{ true = 1, inf = 2, -1 = 3 }"),
        // Two keys are the same when their bytes are.
        ("\"\u{E9}\" = 1\n\"e\u{301}\" = 2", "{ \"\u{E9}\" = 1, \"e\u{301}\" = 2 }"),
        // Strings
        (#"s = "I'm \"quoted\". \b\t\n\f\r\\ \u00E9 \U0001F600""#, #"{ s = "I'm \"quoted\". \u0008\t\n\u000C\r\\ é 😀" }"#),
        ("s = \"\"\"\nRoses are red\r\nViolets\"\"\"", #"{ s = "Roses are red\nViolets" }"#),
        ("s = \"\"\"\\\n   The quick \\\n\n\n  brown \\  \r\n\tfox.\\\n  \"\"\"", #"{ s = "The quick brown fox." }"#),
        ("s = \"\"\"a \"\"\\\" \\\"\"\" b\"\"\"\"\"", #"{ s = "a \"\"\" \"\"\" b\"\"" }"#), ("s = \"\"\"\"\"\"", "{ s = \"\" }"),
        (#"s = 'C:\Users\n' # c"#, #"{ s = "C:\\Users\\n" }"#), ("s = '''\nI [dw]on't \\\n  a'''''", #"{ s = "I [dw]on't \\\n  a''" }"#),
        // Numbers
        ("a = +99\nb = 42\nc = 0\nd = -17\ne = +0\nf = -0", "{ a = 99, b = 42, c = 0, d = -17, e = 0, f = 0 }"),
        ("a = 1_000\nb = 5_349_221\nc = 1_2_3_4_5", "{ a = 1000, b = 5349221, c = 12345 }"),
        ("a = 0xDEADBEEF\nb = 0xdead_beef\nc = 0o01234567\nd = 0b11010110", "{ a = 3735928559, b = 3735928559, c = 342391, d = 214 }"),
        ("a = 9223372036854775807\nb = -9223372036854775808", "{ a = 9223372036854775807, b = -9223372036854775808 }"),
        (
            "a = +1.0\nb = 3.1415\nc = -0.01\nd = 5e+22\ne = 1e06\nf = -2E-2\ng = 6.626e-34",
            "{ a = 1.0, b = 3.1415, c = -0.01, d = 5e+22, e = 1000000.0, f = -0.02, g = 6.626e-34 }"
        ),
        (
            "a = 224_617.445_991_228\nb = inf\nc = +inf\nd = -inf\ne = nan\nf = -nan\ng = -0.0",
            "{ a = 224617.445991228, b = inf, c = inf, d = -inf, e = nan, f = nan, g = -0.0 }"
        ),
        // Dates and times
        (
            "a = 1979-05-27T07:32:00Z\nb = 1979-05-27T00:32:00.999999-07:00\nc = 1979-05-27 07:32:00z",
            "{ a = 1979-05-27T07:32:00Z, b = 1979-05-27T00:32:00.999999-07:00, c = 1979-05-27 07:32:00z }"
        ),
        (
            "a = 1979-05-27t07:32:00\nb = 1979-05-27 # c\nc = 07:32:00\nd = 00:32:00.5",
            "{ a = 1979-05-27t07:32:00, b = 1979-05-27, c = 07:32:00, d = 00:32:00.5 }"
        ),
        ("a = 2000-02-29", "{ a = 2000-02-29 }"),
        // Arrays and tables in braces
        ("a = [ 1, 'x', [ ], [ 0.5, { b = 1 } ] ]", "{ a = [1, \"x\", [], [0.5, { b = 1 }]] }"),
        ("a = [ # c\n 1, # d\n\n 2 # e\n , ]", "{ a = [1, 2] }"),
        ("a = { x = 1, \"y z\".w = [\n2\n], u.v = 3, u.w = {} }", "{ a = { x = 1, \"y z\" = { w = [2] }, u = { v = 3, w = {} } } }"),
        // Headers
        ("[a]\nx = 1\n[ b . \"c.d\" ]\ny = 2\n[e]", "{ a = { x = 1 }, b = { \"c.d\" = { y = 2 } }, e = {} }"),
        ("[x.y.z.w]\n[x]\na = 1", "{ x = { y = { z = { w = {} } }, a = 1 } }"),
        ("[a]\nb.c = 1\n[a.b.d]\ne = 2", "{ a = { b = { c = 1, d = { e = 2 } } } }"),
        ("[[p]]\na = 1\n[[p]] # c\n\n[[p]]\na = 2", "{ p = [{ a = 1 }, {}, { a = 2 }] }"),
        (
            "[[f]]\nn = 1\n[f.p]\nc = 2\n[[f.v]]\nn = 3\n[[f.v]]\n[[f]]\n[[f.v]]\nn = 4",
            "{ f = [{ n = 1, p = { c = 2 }, v = [{ n = 3 }, {}] }, { v = [{ n = 4 }] }] }"
        ),
        ("[[a.b]]\n[a]\nc = 1", "{ a = { b = [{}], c = 1 } }"),
    ]

    @Test("of TOML 1.0 is read", arguments: Self.valid)
    func reads(row: (text: String, means: String)) throws {
        let table = try TOMLTable(parsing: row.text)
        #expect(TOMLWriter.inline(.table(table)) == row.means)
        // What is written reads back as the same, and is written the same way.
        let again = try TOMLTable(parsing: table.text)
        #expect(again.text == table.text)
    }

    /// A document, and where it is wrong.
    static let invalid: [(text: String, line: Int, column: Int)] = [
        ("a", 1, 2), ("a\n= 1", 1, 2), ("= 1", 1, 1), ("a = ", 1, 5), ("a = 1 b = 2", 1, 7), ("a = # c", 1, 5), ("a.= 1", 1, 3),
        (".a = 1", 1, 1),
        ("a..b = 1", 1, 3), ("é = 1", 1, 1), ("a b = 1", 1, 3), ("\"\"\"a\"\"\" = 1", 1, 1), ("'''a''' = 1", 1, 1), ("\"a\nb\" = 1", 1, 1),
        // Control characters and line ends
        ("# \u{0}", 1, 3), ("#\u{7F}", 1, 2), ("a = 1\rb = 2", 1, 6), ("# a\rb", 1, 4), ("a = \"\u{1F}\"", 1, 6), ("a = '\u{0}'", 1, 6),
        ("a = '''\n\u{8}'''", 2, 1), ("a = \"\"\"\r\"\"\"", 1, 8), ("\u{2028}", 1, 1), ("a\u{A0}= 1", 1, 2), ("a = 1\u{C}", 1, 6),
        // Strings
        ("é = 'x", 1, 1), ("\"é\" = 'x", 1, 7), ("a = \"x\n\"", 1, 5), ("a = \"\"\"x\"\"", 1, 5), ("a = '''", 1, 5),
        ("a = \"\\x41\"", 1, 6),
        ("a = \"\\ud800\"", 1, 6), ("a = \"\\U00110000\"", 1, 6), ("a = \"\\u12\"", 1, 6), ("a = \"\\", 1, 6),
        ("a = \"\"\"\\ x\"\"\"", 1, 8),
        ("a = \"\"\"x\"\"\"\"\"\"", 1, 14), ("a = ''x''", 1, 7), ("a = \"\\e\"", 1, 6),
        // Numbers
        ("a = 01", 1, 5), ("a = -01", 1, 5), ("a = +-1", 1, 5), ("a = 1__0", 1, 5), ("a = _1", 1, 5), ("a = 1_", 1, 5), ("a = +0x1", 1, 5),
        ("a = 0X1", 1, 5), ("a = 0x", 1, 5), ("a = 0x_1", 1, 5), ("a = 0b2", 1, 5), ("a = 0o8", 1, 5), ("a = 1.", 1, 5), ("a = .7", 1, 5),
        ("a = 3.e+20", 1, 5), ("a = 1e", 1, 5), ("a = 1e5.0", 1, 5), ("a = 1._0", 1, 5), ("a = 03.14", 1, 5), ("a = 1.2.3", 1, 5),
        ("a = Inf", 1, 5),
        ("a = +nan0", 1, 5), ("a = 9223372036854775808", 1, 5), ("a = -9223372036854775809", 1, 5), ("a = 0x8000000000000000", 1, 5),
        ("a = 1e400", 1, 5), ("a = True", 1, 5), ("a = truer", 1, 5), ("a = ٣", 1, 5), ("a = x", 1, 5), ("a = --1", 1, 5),
        ("a = 1e+_5", 1, 5),
        // Dates and times
        ("a = 1979-05-27T", 1, 5), ("a = 1979-5-27", 1, 5), ("a = 1979-02-29", 1, 5), ("a = 1900-02-29", 1, 5), ("a = 1979-13-01", 1, 5),
        ("a = 1979-00-01", 1, 5), ("a = 1979-05-00", 1, 5), ("a = 07:32", 1, 5), ("a = 24:00:00", 1, 5), ("a = 00:60:00", 1, 5),
        ("a = 00:00:61", 1, 5), ("a = 07:32:00.", 1, 5), ("a = 07:32:00Z", 1, 5), ("a = 1979-05-27T07:32:00+1:00", 1, 5),
        ("a = 1979-05-27T07:32:00+24:00", 1, 5), ("a = 1979-05-27TZ", 1, 5), ("a = 1979-05-27 T07:32:00", 1, 16),
        ("a = 1979-05-27  07:32:00", 1, 17),
        ("a = 1979-05-27T07:32", 1, 5), ("a = 1979-05-27Z", 1, 5), ("a = 7:32:00", 1, 5),
        // Arrays and tables in braces
        ("a = [ 1 2 ]", 1, 9), ("a = [ 1,, 2 ]", 1, 9), ("a = [ , ]", 1, 7), ("a = [\n1\n", 3, 1), ("a = [ }", 1, 7), ("a = ]", 1, 5),
        ("a = { b = 1, }", 1, 14), ("a = { b = 1\n}", 1, 12), ("a = {\n}", 1, 6), ("a = { b }", 1, 9), ("a = { b = 1 c = 2 }", 1, 13),
        ("a = { , }", 1, 7),
        ("a = { b = 1, b = 2 }", 1, 14), ("a = { b = { c = 1 }, b.d = 2 }", 1, 22), ("a = { b.c = 1, b = 2 }", 1, 16),
        ("a = { # c\n}", 1, 7),
        // Headers
        ("[]", 1, 2), ("[ ]", 1, 3), ("[a", 1, 3), ("[a]]", 1, 4), ("[[a]", 1, 4), ("[a] b = 1", 1, 5), ("[a\n]", 1, 3), ("[[a] ]", 1, 4),
        ("[ [a]]", 1, 3),
        ("[a.]", 1, 4), ("[.a]", 1, 2), ("[=]", 1, 2), ("[[]]", 1, 3), ("[", 1, 2), ("[[", 1, 3), ("[a]x", 1, 4),
        // Keys and tables that are there already
        ("a = 1\na = 2", 2, 1), ("a = 1\n'a' = 2", 2, 1), ("a.b = 1\na = 2", 2, 1), ("a = 1\na.b = 2", 2, 1), ("[a]\n[a]", 2, 2),
        ("[a]\nb = 1\n[a.b]", 3, 4), ("a = { b = 1 }\n[a]", 2, 2), ("a = { b = 1 }\na.c = 2", 2, 1), ("a = { b = {} }\n[a.b.c]", 2, 2),
        ("a = []\n[[a]]", 2, 3), ("a = [{}]\n[[a]]", 2, 3), ("[[a]]\n[a]", 2, 2), ("[a]\n[[a]]", 2, 3), ("[a.b]\n[[a]]", 2, 3),
        ("a.b.c = 1\n[a.b]", 2, 4), ("a.b = 1\n[a]", 2, 2), ("[a.b.c]\n[a]\nb.c.t = 1", 3, 3), ("[[a.b]]\n[a]\nb.y = 1", 3, 1),
        ("a = [{ b = 1 }]\n[a.c]", 2, 2), ("[a]\nb.c = 1\n[a.b]", 3, 4), ("[[a]]\n[[a.b]]\n[a.b]", 3, 4), ("a = 1\n[a.b]", 2, 2),
    ]

    @Test("that is wrong is refused with its place", arguments: Self.invalid)
    func refuses(row: (text: String, line: Int, column: Int)) throws {
        let error = #expect(throws: TOMLError.self) { try TOMLTable(parsing: row.text) }
        #expect(error?.place == TOMLPlace(line: row.line, column: row.column), "\(error?.description ?? "")")
    }

    @Test(
        "that is not UTF-8 is refused with its line", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        let error = #expect(throws: TOMLError.self) { try TOMLTable(parsing: Array("a = 1\nb = '".utf8) + bytes + Array("'\n".utf8)) }
        #expect(error?.place.line == 2)
    }

    @Test("nests 64 tables and arrays, and is refused where there are more")
    func depth() throws {
        func documents(_ depth: Int) -> [String] {
            let names = (0..<depth).map { "k\($0)" }.joined(separator: ".")
            return [
                "a = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth), "[\(names)]", "\(names).x = 1",
                (0..<depth).map { _ in "a = { " }.joined() + String(repeating: "}", count: depth),
                "[[\((0..<(depth - 1)).map { "k\($0)" }.joined(separator: "."))]]", "[a]\n\(names.dropFirst(3)).x = 1",
                "[a]\nb = " + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1),
            ]
        }
        for text in documents(64) { #expect(try TOMLTable(parsing: TOMLTable(parsing: text).text).entries.count == 1, "\(text)") }
        for text in documents(65) + documents(100_000) {
            let error = #expect(throws: TOMLError.self) { try TOMLTable(parsing: text) }
            #expect(error?.reason.contains("64") == true)
        }
    }

    @Test("is read in time that grows with its length, and refused when it is too long")
    func size() throws {
        let count = 4_000
        let documents = [
            (0..<count).map { "key\($0) = [\($0)]" }.joined(separator: "\n"), (0..<count).map { "[a.k\($0)]" }.joined(separator: "\n"),
            String(repeating: "[[model]]\nfiles = [{ a.b = 1, a.c = 2 }]\n", count: count),
            "a = [" + String(repeating: "{ \"é\" = 1 }, ", count: count) + "]",
            (0..<count).map { "a.k\($0) = 1" }.joined(separator: "\n"), "a = \"" + String(repeating: "\\u00e9", count: count) + "\"",
            "a = " + String(repeating: "1", count: 10_000) + ".5e-10000",
        ]
        for text in documents { #expect(try TOMLTable(parsing: text).entries.count >= 1) }
        #expect(try TOMLTable(parsing: documents[0])["key3999"]?.place == TOMLPlace(line: count, column: 11))
        #expect(throws: TOMLError.self) { try TOMLTable(parsing: "# 456789", limit: 7) }
        for text in ["a.b.c = 1\n[d]", "a = [1, 2, 3, 4]", "a = {b = 1, c = 1}"] {
            var parser = TOMLParser(TOMLScanner(Array(text.utf8)), mostItems: 4)
            let error = #expect(throws: TOMLError.self) { try parser.document() }
            #expect(error?.reason == "the document has more than 4 keys and values")
        }
    }

    @Test("tells keys, places and kinds")
    func places() throws {
        let table = try TOMLTable(parsing: "a = 1\n[[model]]\n  'é' = 'x'; ".dropLast(2) + "\n[model.b]\nc.d = 2.5\n")
        #expect(table.entries.map(\.key) == ["a", "model"])
        #expect(table["a"]?.integer == 1 && table["a"]?.number == 1 && table["a"]?.string == nil && table["b"] == nil)
        let model = try #require(table["model"]?.array?.first)
        #expect(model.place == TOMLPlace(line: 2, column: 1))
        let entry = try #require(model.table?.entries.first)
        #expect(entry.place == TOMLPlace(line: 3, column: 3) && entry.value.place == TOMLPlace(line: 3, column: 9))
        #expect(entry.value.string == "x")
        #expect(model.table?["b"]?.table?["c"]?.table?["d"]?.number == 2.5)
    }
}
