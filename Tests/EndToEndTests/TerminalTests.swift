import Foundation
import PracticeHub
import Testing

@Suite("The output on terminals and in pipes")
struct TerminalTests {
    private static let script: String? = ["/usr/bin/script", "/bin/script"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Runs `fetchctl add` with a terminal of its own; standard output holds all that it showed.
    private func runOnTerminal(_ scenario: Scenario, _ arguments: String, environment: [String: String] = [:]) async throws
        -> RunningProcess
    {
        guard let script = Self.script else { try Test.cancel("script is not installed") }
        return try await RunningProcess(
            script, ["-qefc", "'\(Fetchctl.binary)' add \(arguments)", "/dev/null"],
            environment: scenario.environment.merging(["TERM": "xterm", "SHELL": "/bin/sh"]) { $1 }.merging(environment) { $1 },
            cwd: scenario.box.work)
    }

    @Test("on a terminal is a line that is redrawn, and at the end the path", arguments: Engine.allCases)
    func terminal(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2)) { scenario in
            let outcome = await (try runOnTerminal(scenario, "civitai:12345")).end()
            #expect(outcome.code == 0, "\(outcome.story)")
            #expect(outcome.stdout.contains("%") && outcome.stdout.contains("\u{1B}["))
            #expect(outcome.stdout.hasSuffix(scenario.box.path("practice-model.safetensors") + "\r\n"))
            // The cursor is not left hidden.
            let hidden = outcome.stdout.components(separatedBy: "\u{1B}[?25l").count
            #expect(hidden == outcome.stdout.components(separatedBy: "\u{1B}[?25h").count)
        }
    }

    @Test("of a repo of many files is one line at its end, in a window of 60 columns and in a pipe")
    func crowd() async throws {
        try await withScenario(.builtin) { scenario in
            var many = NewFile(.hub, name: "part/#.txt", size: 0, text: "{\"number\": #}", repository: "practice/crowd")
            many.copies = 60
            await scenario.hub.addFile(many)
            guard let script = Self.script else { try Test.cancel("script is not installed") }
            let screen = await
                (try RunningProcess(
                    script, ["-qefc", "stty cols 60; '\(Fetchctl.binary)' add practice/crowd -d screen", "/dev/null"],
                    environment: scenario.environment.merging(["TERM": "xterm", "SHELL": "/bin/sh"]) { $1 }, cwd: scenario.box.work)).end()
            let pipe = try await scenario.add("practice/crowd", "-d", "pipe")
            #expect(screen.code == 0 && pipe.code == 0)
            #expect(screen.stdout.contains("\u{1B}[32mdone:\u{1B}[0m practice/crowd, 60 files, "), "\(screen.stdout)")
            for text in [screen.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " "), pipe.stderr] {
                #expect(text.components(separatedBy: "60 files").count == 3, "\(text)")
                #expect(text.contains(" s, all verified → "), "\(text)")
                #expect(!text.contains("part/0.txt") && !text.contains("0.txt,"))
            }
            #expect(!pipe.stderr.contains(".txt") && pipe.stderr.split(separator: "\n").count < 6, "\(pipe.stderr)")
        }
    }

    @Test("has no colours and no escapes with NO_COLOR, nor where no terminal is")
    func plain() async throws {
        try await withScenario(.builtin, .paced(8, seconds: 2)) { scenario in
            let outcome = await (try runOnTerminal(scenario, "civitai:12345", environment: ["NO_COLOR": "1"])).end()
            #expect(outcome.code == 0)
            #expect(!outcome.stdout.contains("\u{1B}"))
            #expect(outcome.stdout.contains("%") && outcome.stdout.contains("\r"))
        }
    }

    @Test("in a notebook's cell is one line that a carriage return takes back, then size, time, speed and hash", arguments: Engine.allCases)
    func cell(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 3), isIdle: true) { scenario in
            // As ipykernel sets them for the children of a kernel.
            let notebook = ["JPY_PARENT_PID": "1", "TERM": "xterm-color", "CLICOLOR": "1", "FORCE_COLOR": "1", "GIT_PAGER": "cat"]
            let outcome = await (try runOnTerminal(scenario, "civitai:12345", environment: notebook)).end()
            #expect(outcome.code == 0, "\(outcome.story)")
            #expect(!outcome.stdout.contains("\u{1B}") && !outcome.stdout.contains("\u{8}"))
            let drawings = outcome.stdout.components(separatedBy: "\r").filter { $0.contains("%") }
            #expect((1...6).contains(drawings.count), "\(outcome.stdout)")
            #expect(drawings.allSatisfy { $0.count < 80 })
            let done = try #require(outcome.stdout.split(whereSeparator: \.isNewline).first { $0.contains("done: ") })
            #expect(done.contains("8.0 MiB in ") && done.contains("MiB/s, sha256 ") && done.contains("verified"))
        }
    }

    @Test("of a cell that failed ends with what happened, why and what to do; nothing has the final name")
    func failedCell() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = await (try runOnTerminal(scenario, "civitai:99999 civitai:12345", environment: ["JPY_PARENT_PID": "1"])).end()
            #expect(outcome.code == 66, "\(outcome.story)")
            let last = outcome.stdout.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n").suffix(3)
            let failure = last.drop { !$0.hasPrefix("error: ") }
            #expect(failure.first?.hasPrefix("error: ") == true && failure.last?.hasPrefix("  do:  ") == true, "\(outcome.stdout)")
            #expect(scenario.box.files == ["practice-model.safetensors"])
        }
    }

    @Test("of what a server says holds no control characters")
    func controlCharacters() async throws {
        try await withScenario(.builtin) { scenario in
            let body = #"{"error": "no\u001b[31m\u0007 way\u009b", "message": "not\u202e here\r\nerror: fake"}"#
            for status in [400, 403, 404, 503] {
                await scenario.hub.clearFaults()
                await scenario.hub.addFault(
                    Fault(.status, match: "civitai/api", status: status, headers: ["Content-Type": "application/json"], body: body))
                for json in [[], ["--json"]] {
                    let outcome = try await scenario.run(["add", "civitai:12345", "--retries", "0"] + json)
                    #expect(outcome.code != 0)
                    for scalar in (outcome.stderr + outcome.stdout).unicodeScalars where scalar != "\n" {
                        #expect(
                            scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && !(0x202a...0x202e).contains(scalar.value),
                            "\(scalar.value)")
                    }
                    #expect(Complaint.all(in: outcome.stderr).count <= 1)
                }
            }
        }
    }

    @Test("does not stop the download when its reader has gone", arguments: Engine.allCases, ["", "--json"])
    func noReader(engine: Engine, option: String) async throws {
        try await withScenario(engine, .paced(4, seconds: 1)) { scenario in
            let running = try await RunningProcess(
                "/bin/sh", ["-c", "'\(Fetchctl.binary)' add civitai:12345 \(option) 2>&1 | :"], environment: scenario.environment,
                cwd: scenario.box.work)
            #expect(await eventually { scenario.box.exists("practice-model.safetensors") })
            _ = await running.end()
            try scenario.expectFile("practice-model.safetensors", await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("in a pipe during a long transfer is a line every ten seconds", arguments: Engine.allCases)
    func lines(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 13), isIdle: true) { scenario in
            let outcome = try await scenario.add("civitai:12345")
            outcome.expectSuccess()
            #expect(outcome.stderr.split(separator: "\n").count { $0.contains("%") } == 1)
            #expect(outcome.stderr.split(separator: "\n").count < 10)
        }
    }

    @Test("of the version is its number, at once")
    func version() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["--version"])
            outcome.expectSuccess()
            #expect(outcome.stdout.contains(/^\d+\.\d+\.\d+\n$/))
        }
    }
}
