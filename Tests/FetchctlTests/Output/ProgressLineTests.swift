import FetchTypes
import Testing

@testable import fetchctl

@Suite("A line of progress")
struct ProgressLineTests {
    private static let state = ProgressState(
        name: "practice-model.safetensors", received: 40 << 20, size: 64 << 20, rate: 12.1 * 1_048_576, eta: 2, connections: 8)

    @Test("says name, bar, percent, size, speed, ETA and connections where there is room")
    func wide() {
        let line = ProgressLine().draw(Self.state, columns: 120)
        #expect(line.hasPrefix("practice-model.safetensors"))
        #expect(line.hasSuffix(" 62%    40.0 MiB of 64.0 MiB      12.1 MiB/s  ETA 2s       8 conn"))
        #expect(line.filter { $0 == "█" }.count == 13 && line.filter { $0 == "░" }.count == 9)
    }

    @Test("is never wider than the terminal, and keeps percent and amount longest", arguments: [20, 30, 40, 60, 79, 80, 120, 200])
    func narrow(columns: Int) {
        for name in ["m.gguf", "a very long name of a model that nobody can read.safetensors", "模型模型模型模型模型模型模型.safetensors"] {
            var state = Self.state
            state.name = PrintableText(name)
            let line = ProgressLine().draw(state, columns: columns)
            #expect(Text.width(line) < columns, "\(line)")
            if columns >= 40 { #expect(line.contains("62%")) }
        }
    }

    @Test("keeps every figure in its column while figures change", arguments: [60, 80, 100, 140])
    func columns(columns: Int) {
        let states = [
            Self.state, ProgressState(name: "x", received: 0, size: 1 << 40, rate: 1, eta: 359_999, connections: 16),
            ProgressState(name: "模型.gguf", received: 1023 << 20, size: 1 << 30, rate: 1023 * 1_048_576, eta: nil, connections: 1),
        ]
        let lines = states.map { ProgressLine().draw($0, columns: columns) }
        for mark in ["%", " of ", "/s", "conn", "ETA "] {
            let places = lines.compactMap { line in line.firstRange(of: mark).map { Text.width(String(line[..<$0.lowerBound])) } }
            #expect(Set(places).count <= 1, "\(mark): \(lines.joined(separator: "\n"))")
        }
        #expect(lines.allSatisfy { $0.contains(" of ") && Text.width($0) < columns })
    }

    @Test("leaves out what is switched off, and what is not known")
    func switches() {
        let plain = ProgressLine(showsRate: false, showsETA: false).draw(Self.state, columns: 120)
        #expect(!plain.contains("/s") && !plain.contains("ETA"))
        let unknown = ProgressLine().draw(ProgressState(name: "x", received: 1536), columns: 80)
        #expect(unknown.contains("1.5 KiB") && !unknown.contains("%") && !unknown.contains("█"))
    }

    @Test("has words instead of figures while nothing moves")
    func note() {
        var state = Self.state
        state.note = "verifying"
        let line = ProgressLine().draw(state, columns: 100)
        #expect(line.hasSuffix("verifying") && !line.contains("/s"))
    }

    @Test("of all files adds them up")
    func total() {
        let line = ProgressLine().drawTotal(
            [Self.state, Self.state], done: 3, of: 5, finishedBytes: 16 << 20, totalBytes: 192 << 20, columns: 110)
        #expect(line.hasPrefix("total 3/5"))
        #expect(line.contains(" 50%") && line.contains("96.0 MiB of 192.0 MiB") && line.contains("24.2 MiB/s") && line.contains("16 conn"))
    }

    @Test("of all files says how many, in a narrow window too", arguments: [40, 44, 50, 60, 80])
    func narrowTotal(columns: Int) {
        let line = ProgressLine().drawTotal(
            [Self.state, Self.state], done: 3, of: 1500, finishedBytes: 16 << 20, totalBytes: 192 << 20, columns: columns)
        #expect(line.hasPrefix("total 3/1500 ") && line.contains("50%") && Text.width(line) < columns)
    }

    @Test(
        "says durations as people do",
        arguments: [(0.4, "0s"), (42, "42s"), (59.6, "1m00s"), (185, "3m05s"), (7_800, "2h10m"), (.infinity, "--"), (1e9, "--")])
    func duration(seconds: Double, expected: String) {
        #expect(ProgressLine.duration(seconds) == expected)
    }

    @Test("measures wide letters as two columns, and shortens a name in its middle")
    func text() {
        #expect(Text.width("模型.bin") == 8)
        #expect(Text.width("e\u{301}") == 1)
        let fitted = Text.fit("a-very-long-name-of-a-file.safetensors", to: 20)
        #expect(Text.width(fitted) == 20 && fitted.hasPrefix("a-very") && fitted.hasSuffix("ensors") && fitted.contains("…"))
        #expect(Text.fit("x", to: 4) == "x   ")
    }
}
