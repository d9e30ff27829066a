import FetchTypes
import Testing

@testable import fetchctl

@Suite("A table")
struct TextTableTests {
    private static var table: TextTable {
        var table = TextTable(columns: [
            .init(title: "FILE"), .init(title: "SIZE", isRight: true), .init(title: "HASH", least: 12), .init(title: "NOTES"),
        ])
        table.rows = [
            ["model-00001-of-00002.safetensors", "4.9 GiB", "sha256 \(String(repeating: "0123456789abcdef", count: 4))", "lfs"],
            ["模型.json", "12 B", "git-sha1 \(String(repeating: "ab", count: 20))", ""],
        ]
        return table
    }

    @Test("is as wide as its cells where nothing bounds it")
    func unbounded() {
        let lines = Self.table.text(width: nil).text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("FILE                                 SIZE  HASH "))
        #expect(lines[1].contains(String(repeating: "0123456789abcdef", count: 4) + "  lfs"))
        #expect(lines[2].hasPrefix("模型.json                            12 B  git-sha1 abab"))
        #expect(!lines[2].hasSuffix(" "))
    }

    @Test("fits a terminal by shortening the hash first", arguments: [200, 100, 80, 60, 40, 20, 5])
    func bounded(width: Int) {
        let lines = Self.table.text(width: width).text.split(separator: "\n").map(String.init)
        for line in lines { #expect(Text.width(line) <= width, "\(line)") }
        if width >= 80 { #expect(lines[1].hasPrefix("model-00001-of-00002.safetensors")) }
        if (20..<100).contains(width) { #expect(lines[1].contains("…")) }
    }

    @Test("of names that steer a terminal counts columns after they were cleaned")
    func foreign() {
        var table = TextTable(columns: [.init(title: "A"), .init(title: "B")])
        table.rows = [["\("a\u{1B}[31m\u{200B}\nb")", "x"], ["plain", "x"]]
        let lines = table.text(width: 80).text.split(separator: "\n").map(String.init)
        #expect(lines == ["A          B", "a\u{FFFD}[31m\u{FFFD}\u{FFFD}b  x", "plain      x"])
    }

    @Test("without rows is its titles")
    func empty() {
        #expect(TextTable(columns: [.init(title: "A"), .init(title: "B")]).text(width: 80) == "A  B\n")
    }
}
