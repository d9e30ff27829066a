import Testing

@testable import TOMLText

@Suite("A TOML writer")
struct TOMLWriterTests {
    @Test("writes a document line by line")
    func lines() throws {
        var writer = TOMLWriter()
        writer.comment("Made by fetchctl.\nSecond\u{1B} line")
        writer.entry("version", .integer(1))
        writer.blankLine()
        writer.arrayTable(["model"])
        writer.entry("name", .string("a \"b\"\n\u{202E}"))
        writer.entry("with space", .array([TOMLValue(.boolean(true), at: TOMLPlace(line: 1, column: 1))]))
        writer.table(["model", "x.y"])
        writer.entry("size", .table(TOMLTable([("bytes", .integer(5)), ("at", .dateTime("2026-11-21T10:00:00Z"))])))
        #expect(
            writer.text == """
                # Made by fetchctl.
                # Second  line
                version = 1

                [[model]]
                name = "a \\"b\\"\\n\\u202E"
                "with space" = [true]
                [model."x.y"]
                size = { bytes = 5, at = 2026-11-21T10:00:00Z }

                """)
        #expect(try TOMLTable(parsing: writer.text)["model"]?.array?.count == 1)
    }

    @Test(
        "writes numbers that read back as the same", arguments: [0.1, 1e21, -2.3e-308, 1.7976931348623157e308, -0.0, .infinity, -.infinity])
    func numbers(number: Double) throws {
        let value = try TOMLTable(parsing: "a = " + TOMLWriter.inline(.float(number)))["a"]
        #expect(value?.number?.bitPattern == number.bitPattern && value?.integer == nil)
    }

    @Test("writes strings that read back as the same, on one line and without control characters")
    func strings() throws {
        for value in (0...0x10FFFF).lazy.filter({ $0 < 0x3000 || $0 % 97 == 0 }) {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let quoted = TOMLWriter.quoted("a\(Character(scalar))b")
            #expect(!quoted.utf8.contains { $0 < 0x20 || $0 == 0x7F })
            let read = try TOMLTable(parsing: "\(quoted) = \(quoted)").entries.first
            #expect(read?.key.unicodeScalars.elementsEqual(["a", scalar, "b"]) == true && read?.value.string == read?.key)
        }
    }
}
