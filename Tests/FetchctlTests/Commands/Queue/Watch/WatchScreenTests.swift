import FetchTypes
import Queue
import Testing

@testable import fetchctl

@Suite("The screen of watch")
struct WatchScreenTests {
    private static let sizes = [(40, 24), (40, 3), (60, 10), (80, 24), (100, 30), (200, 60), (20, 5), (80, 2)]
    private static let pages = [
        "", "\r", "?", "/night", "/night\r", "cc", "c", "jm", "l5M", "a" + String(repeating: "very-long/", count: 30), "r", "G",
    ]

    private func lines(_ columns: Int, _ rows: Int, _ typed: String) -> [String] {
        var model = WatchFixture.model(columns, rows)
        _ = model.type(typed)
        return WatchScreen(model).lines.map(\.text.text)
    }

    @Test("has exactly the rows and no more than the columns of its window", arguments: sizes, pages)
    func fits(size: (columns: Int, rows: Int), typed: String) {
        let lines = lines(size.columns, size.rows, typed)
        #expect(lines.count == size.rows)
        #expect(lines.allSatisfy { Text.width($0) <= size.columns && !$0.contains("\u{1B}") }, "\(lines)")
    }

    @Test("at 40 columns shows number, state, percent and reference of each job, and the keys")
    func narrow() {
        let lines = lines(40, 24, "")
        #expect(lines[0].hasPrefix("1 queued, 1 scheduled, 2 running"), "\(lines[0])")
        #expect(lines[2].hasPrefix(">   1  running") && lines[2].contains("45%") && lines[2].contains("https://"), "\(lines[2])")
        #expect(lines.contains { $0.hasPrefix("    3  scheduled") && $0.contains("hf:org/night") })
        #expect(lines[21].hasPrefix("5.0 GiB free") && lines[21].hasSuffix("…"), "\(lines[21])")
        #expect(lines[23] == "Enter  p r c t m l a /  ? help  q quit")
    }

    @Test("at 100 columns has rate and time besides, and every key by name")
    func wide() {
        let lines = lines(110, 24, "")
        #expect(lines[0].hasPrefix("fetchctl watch  ") && lines[0].hasSuffix("21.0 MiB/s"))
        #expect(lines[2].contains("45% of 7.1 GiB") && lines[2].contains("21.0 MiB/s") && lines[2].contains("3m05s left"), "\(lines[2])")
        #expect(lines[23].contains("p pause  r resume  c cancel  t retry  m move  l limit  a add  / filter"))
    }

    @Test("of one job has its files, connections, engine and log")
    func details() {
        var model = WatchFixture.model(80, 30)
        _ = model.type("\r")
        model.take(WatchFixture.report(), log: ["first line", "warning: slow"])
        let text = WatchScreen(model).lines.map(\.text.text).joined(separator: "\n")
        for part in [
            "job 1: running", "a.safetensors, fetching, 3.2 GiB of 7.1 GiB, aria2, 16 connections", "log:", "  warning: slow", "Esc back",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test("of a failed job says why and what to do, whole at 40 columns too")
    func failed() {
        let text = lines(40, 30, "G\r").joined(separator: "\n")
        for part in ["It wants a login.", "no token was found.", "fetchctl login civitai"] { #expect(text.contains(part), "\(text)") }
    }

    @Test("asks in the line above the keys, and shows what is typed last")
    func questions() {
        #expect(lines(40, 10, "c")[8].hasPrefix("cancel 1? y yes"))
        #expect(lines(80, 10, "l5M")[8] == "limit of 1 (5M; 0: none): 5M_")
        let typed = lines(40, 10, "a" + String(repeating: "long/", count: 30) + "end")[8]
        #expect(typed.hasPrefix("add: …") && typed.hasSuffix("long/end_"))
        #expect(lines(80, 10, "/night\r")[8].hasPrefix("filter: night"))
        #expect(lines(80, 10, "/nosuch\r")[1].contains("no job has nosuch"))
    }

    @Test("of nothing says so, and of untrusted text shows nothing that steers the terminal")
    func strangers() {
        #expect(WatchScreen(WatchFixture.model(80, 10, [])).lines[1].text.text.hasPrefix("no jobs"))
        var evil = WatchFixture.job(1, "hf:a\u{1B}[31m/b\u{202E}", .paused)
        evil.fault = JobFault(.server, "no\u{1B}[2J", why: nil, hint: nil)
        var model = WatchFixture.model(80, 20, [evil])
        _ = model.type("\r")
        model.take(WatchFixture.report([evil]), log: ["a\u{1B}]0;title\u{7}"])
        #expect(!WatchScreen(model).lines.contains { $0.text.text.unicodeScalars.contains { $0.isUnprintable } })
    }

    @Test("is drawn row by row where it has changed, with colours only where they are wanted")
    func drawing() {
        var model = WatchFixture.model(80, 10)
        var (plain, colored) = (WatchDrawing(hasColor: false), WatchDrawing(hasColor: true))
        let first = plain.update(to: WatchScreen(model).lines).text
        #expect(first.hasPrefix("\u{1B}[2J\u{1B}[1;1H\u{1B}[2K") && !first.contains("\u{1B}[7m"))
        #expect(colored.update(to: WatchScreen(model).lines).text.contains("\u{1B}[7m> "))
        #expect(plain.update(to: WatchScreen(model).lines).isEmpty)
        _ = model.type("j")
        let second = plain.update(to: WatchScreen(model).lines).text
        #expect(second.components(of: "\u{1B}[2K") == 2, "\(second)")
        plain.forget()
        #expect(plain.update(to: WatchScreen(model).lines).text.hasPrefix("\u{1B}[2J"))
    }

    @Test("In a pipe there is a line a change")
    func changes() {
        var changes = WatchChanges()
        let first = changes.lines(of: WatchFixture.report()).map(\.text)
        #expect(
            first == [
                "job 1: running, 40% of 7.1 GiB: https://example.com/a-model-with-a-rather-long-name-of-many-words.safetensors",
                "job 2: queued: hf:org/waits", "job 3: scheduled: hf:org/night", "job 4: paused: hf:org/halted",
                "job 7: running: hf:org/shell",
            ])
        #expect(changes.lines(of: WatchFixture.report()).isEmpty)
        var jobs = WatchFixture.jobs.filter { ![5, 7].contains($0.number.value) }
        jobs[0].progress.received = 3_835_973_837
        jobs[1] = WatchFixture.job(2, "hf:org/waits", .done)
        #expect(
            changes.lines(of: WatchFixture.report(jobs)).map(\.text).map { String($0.prefix(21)) } == [
                "job 1: running, 50% o", "job 2: done: hf:org/w", "job 7: gone",
            ])
        #expect(changes.lines(of: WatchFixture.report(jobs)).isEmpty)
    }
}

extension String {
    /// How often a part is in it.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
