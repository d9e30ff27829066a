import FetchTypes
import Testing

@Suite("Untrusted text") struct ForeignTextTests {
    /// Every scalar that steers a terminal or hides from a reader, by its range.
    static let attacks: [ClosedRange<UInt32>] = [
        0x00...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160, 0x180E...0x180E, 0x200B...0x200F,
        0x2028...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF9...0xFFFB,
        0x1D173...0x1D17A, 0xE0000...0xE007F, 0xE0100...0xE01EF,
    ]

    @Test("is printed without any of them, alone, in a name and inside emoji", arguments: attacks)
    func attack(range: ClosedRange<UInt32>) throws {
        for value in range {
            let scalar = try #require(Unicode.Scalar(value))
            for text in ["\(scalar)", "a\(scalar)b", "\(scalar)\(scalar)x", "1\(scalar)2", "é\(scalar)é"] {
                let clean = ForeignText(text).description
                let printed: PrintableText = "\(text)|\(ForeignText(text))|\([text].joined())"
                for shown in [clean, printed.text, PrintableText(text).text, PrintableText(lines: text).text] {
                    #expect(!shown.unicodeScalars.contains { $0.isUnprintable && $0 != "\n" }, "U+\(String(value, radix: 16)) in \(shown)")
                }
                #expect(!clean.contains("\n") && !printed.text.contains("\n"))
                #expect(ForeignText(text).raw == text)
                var dumped = ""
                dump(ForeignText(text), to: &dumped)
                #expect(!dumped.dropLast().unicodeScalars.contains { $0.isUnprintable && $0 != "\n" })
            }
        }
    }

    static let sequences: [String] = [
        "\u{1B}[2J\u{1B}[H", "\u{1B}]0;title\u{7}", "\u{1B}]52;c;ZXZpbA==\u{1B}\\", "\u{9B}31m", "\u{90}q\u{9C}", "a\rerror: b",
        "a\nerror: b",
        "\u{1B}]8;;http://evil\u{1B}\\safe", "\u{8}\u{8}\u{8}ok", "m.gguf\u{202E}fdp.exe", "a\u{85}b", "a\u{2028}b", "\u{1B}P+q\u{1B}\\",
        "\u{E}\u{F}", "x\u{0}y",
    ]

    @Test("of several characters is neutralised in a failure, a fault and a line", arguments: sequences)
    func sequence(text: String) {
        let failure = Failure(.server, text, why: text, hint: text, page: text)
        for shown in [failure.message, failure.why, failure.hint, failure.page, TransportFault(.tls, host: "h", detail: text).description] {
            #expect(shown?.unicodeScalars.contains { $0.isUnprintable } == false)
        }
        #expect(failure.printable.text == failure.description && failure.description.split(separator: "\n").count == 3)
    }

    @Test("that is ordinary stays", arguments: ["モデル — v4", "é e\u{301} ñ", "👩‍👩‍👧 ✓", "❤️ 👍🏽 🇩🇪", "نموذج", "a b_c-d.gguf", "हिन्दी"])
    func ordinary(text: String) {
        #expect(ForeignText(text).description == text)
        #expect(PrintableText(text).text == text)
    }

    @Test("is cleaned where it is interpolated, and literals are not")
    func literals() {
        let name = "a\u{1B}[31m\nb"
        let printed: PrintableText = "\u{1B}[32mdone:\u{1B}[0m \(name)\n"
        #expect(printed.text == "\u{1B}[32mdone:\u{1B}[0m a\u{FFFD}[31m\u{FFFD}b\n")
        #expect(("x" + printed + PrintableText.spaces(2)).text == "x" + printed.text + "  ")
        #expect([printed, "y", "z"].joined(separator: ", ").text == printed.text + ", y, z")
        #expect(PrintableText(lines: "a\u{7}\tb\r\nc\rd\n").text == "a\u{FFFD}    b\nc\u{FFFD}d\n")
    }
}
