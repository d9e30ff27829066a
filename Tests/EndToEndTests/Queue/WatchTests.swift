import Foundation
import PracticeHub
import Testing

@Suite("Watching the queue")
struct WatchTests {
    /// Three jobs whose time has not come, and a window that shows them.
    private func withWatch(
        columns: Int = 80, rows: Int = 24, environment: [String: String] = [:], _ body: (Scenario, TerminalWindow) async throws -> Void
    ) async throws {
        try await withQueue(isIdle: true) { scenario in
            for name in ["tiny", "other", "third"] { _ = try await scenario.enqueue("hf:practice/\(name)", "--at", "+1h", "-q") }
            try await TerminalWindow.with(scenario, columns: columns, rows: rows, environment: environment) { window in
                try await window.type("fetchctl watch; echo ended with $?")
                try await window.press("Enter")
                try await window.expect("hf:practice/third")
                try await body(scenario, window)
            }
            try await scenario.queue("cancel", "all")
        }
    }

    @Test("shows it at 40 columns, obeys keys, and leaves the terminal as it was")
    func keys() async throws {
        try await withWatch(columns: 40) { scenario, window in
            #expect(try await window.state() == "1 0")
            let rows = try await window.rows()
            #expect(rows[2].contains("hf:practice/tiny") && rows.allSatisfy { $0.count <= 40 })
            #expect(
                rows[0] == "fetchctl watch  3 scheduled" && rows[2].hasPrefix(">   1  scheduled") && rows[3].hasPrefix("    2  scheduled"),
                "\(rows)")
            #expect(rows[23] == "Enter  p r c t m l a /  ? help  q quit" && rows[21].contains("free"), "\(rows)")
            try await window.type("jp")
            try await window.expect(">   2  paused")
            #expect(try await scenario.states() == ["1 scheduled", "2 paused", "3 scheduled"])
            try await window.type("mf")
            try await window.expect("1 paused")
            #expect(await eventually { (try? await scenario.states().first) == "2 paused" })
            try await window.type("r")
            try await window.expect(">   2  scheduled")
            try await window.type("l5M")
            try await window.expect("limit of 2 (5M; 0: none): 5M_")
            try await window.press("Enter")
            #expect(await eventually { (try? await scenario.jobs("2").first?["limit_rate"]?.int) == 5 << 20 })
            try await window.press("Down", "Down")
            try await window.type("c")
            try await window.expect("cancel 3? y yes, d delete too, n no")
            try await window.type("y")
            try await window.expect(">   3  cancelled")
            try await window.type("t")
            try await window.expect(">   3  scheduled")
            try await window.type("q")
            try await window.expect("ended with 0")
            #expect(try await window.state() == "0 1")
            #expect(try await window.rows()[0].contains("fetchctl watch"))
        }
    }

    @Test("takes a new size, filters, adds a reference, and shows all of one job")
    func pages() async throws {
        try await withWatch { scenario, window in
            try await window.expect("p pause r resume c cancel t retry m move l limit a add / filter ? help q quit")
            try await window.resize(columns: 110, rows: 12)
            try await window.expect("p pause  r resume  c cancel")
            #expect(try await window.rows()[0].hasPrefix("fetchctl watch  3 scheduled"))
            try await window.type("/third")
            try await window.press("Enter")
            try await window.expect("filter: third")
            #expect(!(try await window.rows()).contains { $0.contains("hf:practice/tiny") })
            try await window.press("Enter")
            try await window.expect("what      hf:practice/third")
            #expect(try await window.rows().contains { $0.hasPrefix("Esc back") })
            try await window.press("Escape")
            try await window.expect("filter: third")
            try await window.press("Escape")
            try await window.expect("hf:practice/tiny")
            try await window.type("a12345")
            try await window.press("Enter")
            try await window.expect("error:")
            try await window.type("acivitai:12345")
            try await window.press("Enter")
            try await window.expect("civitai:12345")
            #expect(await eventually { scenario.box.exists("practice-model.safetensors") })
            try await window.type("?")
            try await window.expect("p: pause")
            try await window.type("q")
            try await window.expect("ended with 0")
        }
    }

    /// How it is ended, and the code that the shell sees.
    static let ends: [(signal: Int32, code: Int32)] = [
        (SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130), (SIGSEGV, 139), (SIGILL, 132), (SIGABRT, 134),
    ]

    @Test("leaves the terminal as it was also when it is killed, or crashes", arguments: ends)
    func ended(row: (signal: Int32, code: Int32)) async throws {
        try await withWatch { scenario, window in
            let pid = try #require(
                ProcessTable.ofHome(scenario.box.home).first { ProcessTable.commandLine($0).hasPrefix("fetchctl\0watch") })
            kill(pid, row.signal)
            try await window.expect("ended with \(row.code)")
            #expect(try await window.state() == "0 1")
            // What is typed is shown again, and lines are.
            try await window.type("stty -a | tr -s ' ;' '\\n\\n' | grep -cx -e icanon -e echo")
            try await window.press("Enter")
            try await window.expect("grep -cx")
            #expect(await eventually { ((try? await window.rows()) ?? []).contains("2") })
        }
    }

    @Test("is halted and goes on; NO_COLOR takes the colours only")
    func halted() async throws {
        try await withWatch(environment: ["NO_COLOR": "1"]) { scenario, window in
            #expect(try await window.state() == "1 0")
            #expect(!(try await window.colored()).contains("\u{1B}["))
            try await window.press("C-z")
            #expect(await eventually { (try? await window.state()) == "0 1" })
            try await window.type("fg")
            try await window.press("Enter")
            try await window.expect("hf:practice/third")
            #expect(try await window.state() == "1 0")
            try await window.type("q")
            try await window.expect("ended with")
        }
    }

    @Test("in a pipe is a line a change, until a signal comes or its reader leaves")
    func piped() async throws {
        try await withQueue(.builtin, .paced(6, seconds: 2), isIdle: true) { scenario in
            _ = try await scenario.enqueue("hf:practice/tiny", "--at", "+1h", "-q")
            let watch = try await Fetchctl.start(["watch"], environment: scenario.environment, cwd: scenario.box.work)
            #expect(await eventually { watch.stdout == "job 1: scheduled: hf:practice/tiny\n" }, "\(watch.stdout)")
            let number = try await scenario.enqueue("civitai:12345", "--detach")
            try await scenario.queue("wait", number)
            #expect(await eventually { watch.stdout.contains("job 2: done: civitai:12345\n") }, "\(watch.stdout)")
            #expect(watch.stdout.contains("job 2: running"))
            watch.send(SIGTERM)
            let ended = await watch.end(timeout: 5)
            #expect(ended.code == 143 && !ended.stdout.contains("\u{1B}"), "\(ended.story)")
            let left = try await RunningProcess(
                "/bin/sh", ["-c", "'\(Fetchctl.binary)' watch | head -n 1"], environment: scenario.environment, cwd: scenario.box.work
            ).end(timeout: 10)
            #expect(left.code == 0 && left.lines == ["job 1: scheduled: hf:practice/tiny"], "\(left.story)")
            try await scenario.queue("cancel", "all")
        }
    }
}
