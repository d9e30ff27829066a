import Foundation
import PracticeHub
import Testing

@Suite("Names that are not UTF-8")
struct ForeignNameTests {
    /// What the shell makes and runs; `$X` is `d`, a byte that is no UTF-8, and `e`. `$F` is the program, `$U` a link.
    static let lines = [
        "mkdir \"$X\"; exec \"$F\" add \"$U\" -d \"$X\"", "exec \"$F\" add \"$U\" -d \"$X\"", "exec \"$F\" add \"$U\" -o \"$X\"",
        "mkdir \"$X\"; exec \"$F\" add \"$U\" -d \"$PWD/$X/sub\"", "mkdir \"$X\"; cd \"$X\"; exec \"$F\" add \"$U\"",
        "printf '%s\\n dir=%s\\n' \"$U\" \"$X\" > list; exec \"$F\" add -i list",
        "printf '%s\\n out=%s\\n' \"$U\" \"$X\" | exec \"$F\" add -i -", "exec env FETCHCTL_DIRECTORY=\"$X\" \"$F\" add \"$U\"",
        "exec env HF_HOME=\"$PWD/$X\" \"$F\" add hf:practice/tiny --layout hf-cache", "exec \"$F\" wget \"$U\" -O \"$X\"",
    ]

    /// Lines of other tools that these read themselves end with the tools' codes.
    static let foreign: [(line: String, code: Int32)] = [
        ("mkdir \"$X\"; cd \"$X\"; exec \"$F\" wget \"$U\"", 1),
        ("printf '%s\\n dir=%s\\n' \"$U\" \"$X\" > list; exec \"$F\" aria2c -i list", 28),
    ]

    @Test("are refused before anything is made", arguments: lines.map { (line: $0, code: 64) } + foreign)
    func refused(line: String, code: Int32) async throws {
        try await withScenario(.builtin) { scenario in
            let url = scenario.at.cdn + "/plain/small.bin"
            let script = "X=$(printf 'd\\351e'); F='\(Fetchctl.binary)'; U='\(url)'; \(line)"
            let outcome = try await RunningProcess(
                "/bin/sh", ["-c", script], environment: scenario.environment.merging(["LC_ALL": "C"]) { $1 }, cwd: scenario.box.work,
                stdin: nil
            ).end()
            #expect(outcome.code == code, "\(outcome.story)")
            #expect(outcome.stderr.contains("is not UTF-8"), "\(outcome.story)")
            #expect(await scenario.requests("cdn").isEmpty)
            // Only what the shell itself made is there, under its own bytes.
            let listing = try await RunningProcess(
                "/bin/sh", ["-c", "find . | LC_ALL=C tr '\\351' Q"], environment: scenario.environment, cwd: scenario.box.work
            ).end()
            let names = listing.stdout.split(separator: "\n").filter { $0 != "." && $0 != "./list" && $0 != "./dQe" }
            #expect(names.isEmpty, "\(names)")
        }
    }

    @Test("are reached through a symbolic link, byte for byte")
    func throughLink() async throws {
        try await withScenario(.builtin) { scenario in
            let url = scenario.at.cdn + "/plain/small.bin"
            let script =
                "X=$(printf 'd\\351e'); mkdir \"$X\"; ln -s \"$X\" ok; '\(Fetchctl.binary)' add '\(url)' -d ok && cat \"$X/small.bin\" > seen"
            let running = try await RunningProcess(
                "/bin/sh", ["-c", script], environment: scenario.environment, cwd: scenario.box.work, stdin: nil)
            await running.end().expectSuccess()
            let isSame = await scenario.hub.plainFile("small.bin")?.isSame(as: scenario.box.data("seen")) == true
            #expect(isSame)
        }
    }

    @Test("in the way of a search are passed over")
    func besides() async throws {
        try await withScenario(.builtin) { scenario in
            let script = "X=$(printf 'd\\351e'); mkdir \"$X\" && : > \"$X.fetchctl-part\" && exec '\(Fetchctl.binary)' cleanup"
            let outcome = try await RunningProcess(
                "/bin/sh", ["-c", script], environment: scenario.environment, cwd: scenario.box.work, stdin: nil
            ).end()
            outcome.expectSuccess()
            #expect(!outcome.stdout.contains("\u{FFFD}") && !outcome.stderr.contains("\u{FFFD}"))
        }
    }
}
