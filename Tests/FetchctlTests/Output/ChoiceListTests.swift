import FetchTypes
import Testing

@testable import fetchctl

@Suite("A list on a terminal")
struct ChoiceListTests {
    private func list(_ count: Int, rows: Int = 24) -> ChoiceList {
        ChoiceList(titles: ["Which of them?", "Which?"], lines: (0..<count).map { "line \($0)" }, rows: rows)
    }

    @Test(
        "understands arrow keys of both kinds, letters and Enter",
        arguments: [
            ("\u{1B}[B\u{1B}OB\u{1B}[A\r", [ChoiceList.Key.down, .down, .up, .choose]), ("jjk\n", [.down, .down, .up, .choose]),
            ("G\u{1B}[H", [.last, .first]), ("q", [.leave]), ("\u{1B}\u{1B}[B", [.leave, .down]), ("\u{1B}[3~x", []), ("\u{4}", [.leave]),
        ])
    func keys(row: (typed: String, keys: [ChoiceList.Key])) {
        var bytes = Array(row.typed.utf8)
        #expect(ChoiceList.keys(in: &bytes) == row.keys)
    }

    @Test("waits for the rest of a sequence that is cut off")
    func cut() {
        var bytes = Array("\u{1B}[".utf8)
        #expect(ChoiceList.keys(in: &bytes).isEmpty)
        bytes += Array("B".utf8)
        #expect(ChoiceList.keys(in: &bytes) == [.down])
    }

    @Test(
        "has the longest title that fits, and marks what is cut",
        arguments: [(80, "Which of them?"), (14, "Which?"), (7, "Which?"), (6, "Whic…")])
    func title(row: (columns: Int, title: String)) {
        let lines = list(3).text(columns: row.columns, hasColor: false).text.split(separator: "\r\n")
        #expect(lines[0] == row.title && lines.allSatisfy { Text.width(String($0)) < row.columns }, "\(lines)")
    }

    @Test("stays within its lines, and shows those around the chosen one in a small window")
    func window() {
        var list = list(30, rows: 7)
        list.move(.up)
        #expect(list.chosen == 0)
        for _ in 0..<40 { list.move(.down) }
        #expect(list.chosen == 29)
        let lines = list.text(columns: 80, hasColor: false).text.split(separator: "\r\n")
        #expect(lines.count == 6 && lines.last == "> line 29" && lines[1] == "  line 25")
    }
}
