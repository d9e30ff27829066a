import Foundation
import Testing

@Suite("What a replaced tool's line says, and where")
struct LineLogTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let line: String
        var seeds: [String: ToolPeer.Seed] = [:]
        /// Whether `log` has progress of wget's form, and what else is to be in it; nil: there is no such file.
        var log: Bool?
        var isLogEmpty = false
        /// Whether standard error has such progress, and whether anything at all.
        var shown = false
        var isSilent = false
        var testDescription: String { line }
    }

    static let rows: [Row] = [
        Row(line: "wget {B}/a.bin", shown: true), Row(line: "wget --progress=dot:mega -O m {B}/a.bin", shown: true),
        Row(line: "wget --progress=bar {B}/a.bin", shown: true), Row(line: "wget --progress=bar:force:noscroll {B}/a.bin", shown: true),
        Row(line: "wget -q --show-progress {B}/a.bin", shown: true), Row(line: "wget -nv {B}/a.bin"),
        Row(line: "wget -nv --show-progress {B}/a.bin", shown: true), Row(line: "wget --no-show-progress {B}/a.bin"),
        Row(line: "wget -q {B}/a.bin", isSilent: true),
        Row(line: "wget -o log {B}/a.bin", log: true, isSilent: true),
        Row(line: "wget --output-file=log {B}/a.bin", log: true, isSilent: true),
        Row(line: "wget -a log {B}/a.bin", seeds: ["log": .text("before\n")], log: true, isSilent: true),
        Row(line: "wget -o log {B}/a.bin", seeds: ["log": .text("before\n")], log: true, isSilent: true),
        Row(line: "wget -nv -o log {B}/a.bin", log: false, isSilent: true),
        Row(line: "wget -q -o log {B}/a.bin", log: false, isLogEmpty: true, isSilent: true),
        Row(line: "wget -o log -t 1 {B}/status/404", log: false, isSilent: true), Row(line: "wget -o nodir/log {B}/a.bin"),
        Row(line: "aria2c -q -l log {B}/a.bin", log: false, isSilent: true), Row(line: "aria2c --log=log -o m {B}/a.bin", log: false),
        Row(line: "aria2c -l log {B}/a.bin", seeds: ["log": .text("before\n")], log: false),
    ]

    @Test("is printed where the tool prints it, with percentages where wget has them", arguments: rows)
    func logs(_ row: Row) async throws {
        try await ToolPeer.with { peer in
            let (ours, outcome) = try await peer.ours(row.line, row.seeds, environment: ["PATH": "/nowhere"])
            try expect(row, peer, ours, outcome, "ours")
            guard let (real, said) = try await peer.real(row.line, row.seeds) else { return }
            // Its log is its own, and so is what aria2c prints.
            if row.line.hasPrefix("wget") { try expect(row, peer, real, said, "real") }
            #expect(ours.code == real.code && Set(ours.files.keys) == Set(real.files.keys), "\(said.story)\n\(outcome.story)")
        }
    }

    private func expect(_ row: Row, _ peer: ToolPeer, _ result: ToolPeer.Result, _ outcome: Outcome, _ who: String) throws {
        let percent = /100%/
        #expect(outcome.stderr.contains(percent) == row.shown, "\(who): \(outcome.stderr)")
        #expect(outcome.stderr.isEmpty == row.isSilent, "\(who): \(outcome.stderr)")
        if row.line.contains("bar:force") { #expect(outcome.stderr.contains(/\ra\.bin +100%\[=+>\]/), "\(who): \(outcome.stderr)") }
        guard let log = row.log else { return #expect(result.files["log"] == nil) }
        let text = String(decoding: try #require(peer.box.data("\(who)/log")), as: UTF8.self)
        #expect(text.contains(percent) == log && text.isEmpty == row.isLogEmpty, "\(who): \(text)")
        let keeps = row.line.contains("-a log") || row.line.contains("aria2c") && row.seeds["log"] != nil
        #expect(text.hasPrefix("before\n") == keeps)
        if log {
            // A row for each percent at most, whatever the size.
            #expect(text.split(separator: "\n").count { $0.contains("%") } <= 101)
        }
    }

    @Test("goes to standard output where the log is called so")
    func standardOutput() async throws {
        try await ToolPeer.with { peer in
            let (_, outcome) = try await peer.ours("wget -o - {B}/a.bin")
            #expect(outcome.stdout.contains("100%") && outcome.stderr.isEmpty)
        }
    }
}
