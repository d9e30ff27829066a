import FetchTypes
import Testing

@testable import fetchctl

@Suite("Prose on a terminal")
struct ProseTests {
    struct Row: Sendable {
        let text: PrintableText
        let width: Int?
        let lines: [String]

        init(_ text: PrintableText, _ width: Int?, _ lines: [String]) { (self.text, self.width, self.lines) = (text, width, lines) }
    }

    private static let error: PrintableText =
        "error: one two three four.\n  why: five six seven eight nine.\n  do:  see it with: fetchctl info hf:org/name"

    static let rows = [
        // As it is: no width, or room enough.
        Row(
            error, nil,
            ["error: one two three four.", "  why: five six seven eight nine.", "  do:  see it with: fetchctl info hf:org/name"]),
        Row("a  b\n", 4, ["a  b", ""]), Row("", 10, [""]),
        // Between words, under the text behind the label; a command stays whole.
        Row(
            error, 20,
            [
                "error: one two three", "       four.", "  why: five six", "       seven eight", "       nine.", "  do:  see it with:",
                "       fetchctl info hf:org/name",
            ]),
        Row(
            "already there: /models/a/long/path.bin (1 GiB)", 24,
            ["already there:", "            /models/a/long/path.bin", "            (1 GiB)"]),
        Row("plain words without a label", 12, ["plain words", "  without a", "  label"]),
        Row("run fetchctl lock, or fetchctl sync --update x", 20, ["run fetchctl lock,", "  or", "  fetchctl sync --update x"]),
        Row("fetchctl has no room here", 16, ["fetchctl has no", "  room here"]),
        Row("set \"a b\" or 'c d e' now", 9, ["set \"a b\"", "  or", "  'c d e'", "  now"]),
        Row("the user's file is here", 10, ["the user's", "  file is", "  here"]),
        Row("the file is 模型模型.bin", 14, ["the file is", "  模型模型.bin"]),
        // Never nothing, whatever the width.
        Row("error: a bc", 1, ["error:", "a", "bc"]), Row("error: a bc", 4, ["error:", "  a", "  bc"]), Row("a b", 0, ["a", "b"]),
    ]

    @Test("is broken between words where it is wider", arguments: rows.indices)
    func lines(index: Int) {
        let row = Self.rows[index]
        let text = Prose.text(row.text, width: row.width)
        #expect(text.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == row.lines)
    }

    @Test("has the same words in every width", arguments: [0, 1, 5, 11, 20, 40, 60, 200])
    func words(width: Int) {
        let text = ExplainSubject.all.text
        let wrapped = Prose.text(text, width: width).text
        #expect(wrapped.split { $0 == " " || $0 == "\n" } == text.text.split { $0 == " " || $0 == "\n" })
    }

    @Test("leaves drawings alone")
    func escapes() {
        let drawing: PrintableText = "\u{1B}[2J a long line with escapes"
        #expect(Prose.text(drawing, width: 5) == drawing)
    }

    @Test("of doctor's checks is below the message, coloured or not", arguments: [false, true])
    func doctor(hasColor: Bool) {
        let check = DoctorCheck("disk", .bad, "there is no room for a model here.", do: "free some space.")
        let lines = DoctorCheck.text([check], hasColor: hasColor, width: 40).text
        let state = hasColor ? "\u{1B}[31mbad    \u{1B}[0m" : "bad    "
        #expect(
            lines == state + "  disk  there is no room for a\n" + String(repeating: " ", count: 15) + "model here.\n"
                + String(repeating: " ", count: 15) + "do: free some space.\n", "\(lines)")
    }
}
