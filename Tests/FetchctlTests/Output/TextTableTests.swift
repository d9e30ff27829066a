import FetchKit
import FetchTypes
import ModelSources
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

    @Test("leaves out what matters least where there is no room for all", arguments: [(120, 6), (60, 4), (40, 2), (20, 2)])
    func narrow(width: Int, columns: Int) {
        let model = OutdatedModel(
            name: "A model with a long name", have: "128000", newest: "128078 (v2.0)", size: 2 << 30, ref: "civitai:101055@128078",
            path: "/models/checkpoints/a-model.safetensors")
        let lines = OutdatedModel.table([model]).text(width: width).text.split(separator: "\n").map(String.init)
        for line in lines { #expect(Text.width(line) <= width, "\(line)") }
        #expect(lines[0].split(separator: " ").count == columns, "\(lines)")
        if width >= 40 { #expect(lines[1].contains("civitai:101055@128078"), "\(lines)") }
    }

    @Test("of info, and all lines around it, fit too", arguments: [200, 60, 40, 20])
    func info(width: Int) {
        var file = SourceFile(
            identity: "i", pinned: "civitai:1", path: "a-model-with-a-long-name.safetensors", size: ByteCount(2 << 30),
            digest: PublishedDigest(.sha256, hex: String(repeating: "ab", count: 32)), locator: Elsewhere())
        file.facts = [
            Fact("id", .number(123_471)), Fact("hashes", .facts([Fact("AutoV2", .text("ABCDEF0123")), Fact("BLAKE3", .text("AB"))])),
        ]
        var resolution = Resolution(source: .civitai, title: "A long model's name — its version (SD 1.5), by somebody", files: [file])
        resolution.facts = [
            Fact("commercial_use_of_images_and_models", .list(["Image", "RentCivit", "Rent", "Sell"])),
            Fact("page", .text("https://civitai.com/models/101055?modelVersionId=128078")),
        ]
        let lines = InfoText(resolution: resolution).text(width: width).text.split(separator: "\n").map(String.init)
        // A word stays whole: a link, a file's name.
        for line in lines where line.contains(/\S +\S/) && !line.contains("https://") { #expect(Text.width(line) <= width, "\(line)") }
        #expect(lines.contains { $0.hasSuffix("https://civitai.com/models/101055?modelVersionId=128078") }, "\(lines)")
        let table = lines.first { $0.hasPrefix("FILE") }
        #expect(table?.contains("HASH") == (width >= 60), "\(lines)")
        if width >= 40 { #expect(lines.joined().contains("123471"), "\(lines)") }
    }

    private struct Elsewhere: ByteLocator {
        var host: String { "h" }
        func locate() async throws -> ByteLink { throw Failure(.io, "it has no link.") }
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
