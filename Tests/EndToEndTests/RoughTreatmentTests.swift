import Foundation
import PracticeHub
import Testing

/// What shells, scripts and careless servers do to a program.
@Suite("Interference during a download")
struct RoughTreatmentTests {
    /// Runs fetchctl through a shell line in which `$F` is the program and `$U` the practice hub's plain files.
    private func shell(_ line: String, _ scenario: Scenario, adding extra: [String: String] = [:]) async throws -> Outcome {
        var environment = scenario.environment.merging(extra) { $1 }
        environment["F"] = Fetchctl.binary
        environment["U"] = scenario.at.cdn + "/plain"
        let running = try await RunningProcess("/bin/sh", ["-c", line], environment: environment, cwd: scenario.box.work, stdin: nil)
        return await running.end(timeout: 30)
    }

    @Test(
        "such as closed standard descriptors harms nothing",
        arguments: ["\"$F\" add \"$U/small.bin\" >&- 2>&-", "\"$F\" add \"$U/small.bin\" <&- >&- 2>&-"])
    func closedDescriptors(line: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await shell(line, scenario)
            #expect(outcome.code == 0)
            try scenario.expectFile("small.bin", await scenario.hub.plainFile("small.bin"))
        }
    }

    @Test("such as no standard input for -i - is an empty list")
    func closedInput() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await shell("\"$F\" add -i - <&-", scenario)
            #expect(outcome.code == 64)
        }
    }

    @Test("such as a current directory that was removed is 73, and no file is written elsewhere")
    func removedDirectory() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await shell("mkdir gone && cd gone && rmdir ../gone && \"$F\" add \"$U/small.bin\"", scenario)
            #expect(outcome.code == 73)
            #expect(!FileManager.default.fileExists(atPath: "/small.bin"))
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test(
        "such as a full disk behind standard output is 74, not silence", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullOutput() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await shell("\"$F\" add \"$U/small.bin\" >/dev/full", scenario)
            #expect(outcome.code == 74)
            let piped = try await shell("\"$F\" add \"$U/small.bin\" | true", scenario)
            #expect(piped.code == 0)
        }
    }

    @Test("such as compressing the file is detected", arguments: Engine.allCases)
    func packed(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let body = Fault(.status, match: "plain/practice.bin", status: 200, headers: ["Content-Encoding": "gzip"], body: "packed bytes")
            await scenario.hub.addFault(body)
            let outcome = try await scenario.add(scenario.at.cdn + "/plain/practice.bin", "--retries", "0")
            outcome.expectFailure(65)
            scenario.expectNoFile("practice.bin")
        }
    }

    @Test("such as HF_HUB_OFFLINE is obeyed: 69, and no request is sent")
    func offline() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await shell("\"$F\" add hf:practice/tiny", scenario, adding: ["HF_HUB_OFFLINE": "1"])
            #expect(outcome.code == 69)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test(
        "in a directory that has been removed: no path is taken from the root instead",
        arguments: [["cleanup", "--yes"], ["cleanup", ".", "--yes"], ["verify", "."], ["add", "practice/tiny", "--dry-run"]])
    func removedDirectory(arguments: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let line = "mkdir gone && cd gone && rmdir ../gone && exec \"$F\" \(arguments.joined(separator: " "))"
            let outcome = try await shell(line, scenario)
            outcome.expectFailure(73)
            #expect(outcome.stderr.contains("current directory") && outcome.stdout.isEmpty, "\(outcome.stderr)")
        }
    }
}
