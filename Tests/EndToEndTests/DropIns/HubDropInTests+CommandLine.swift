import Foundation
import PracticeHub
import Testing

/// These tests are about the words of the line: dropped options, the token, help, and other commands.
extension HubDropInTests {
    @Test(
        "works with the options that hf has dropped since",
        arguments: [
            "practice/tiny config.json README.md --local-dir d --local-dir-use-symlinks False",
            "practice/tiny config.json README.md --local-dir d --resume-download",
            "practice/tiny --include config.json *.md --local-dir d",
        ])
    func dropped(line: String) async throws {
        try await withScenario(.builtin) { scenario in
            let words = ["download"] + scenario.words(line)
            if HubPeer.newest.folder != nil {
                let refused = try await scenario.realHub(.newest, "hf", words, in: try scenario.folder("theirs"))
                #expect(refused.outcome.code != 0, "today's hf takes it: no longer one to be marked as dropped")
            }
            let aftermath = try await scenario.ours("hf", words, in: try scenario.folder("ours"))
            aftermath.outcome.expectSuccess()
            #expect(aftermath.files.keys.sorted() == ["d/README.md", "d/config.json"])
        }
    }

    @Test("a token on the line is used, wiped from sight, and earns one warning")
    func token() async throws {
        var configuration = HubConfiguration.paced(6, seconds: 3)
        configuration.hubToken = "hf_practiceSecret0123456789"
        try await withScenario(.builtin, configuration) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download", "practice/one", "--local-dir", "d", "--token", "hf_practiceSecret0123456789"]
            let process = try await RunningProcess(
                try scenario.shim("hf"), words, environment: scenario.environment, cwd: ours)
            try await scenario.waitUntilServed(1 << 20)
            let visible = ProcessTable.ofHome(scenario.box.home).map(ProcessTable.commandLine)
            #expect(!visible.isEmpty)
            #expect(!visible.contains { $0.contains("practiceSecret") }, "\(visible)")
            let outcome = await process.end()
            #expect(outcome.code == 0, "\(outcome.stderr)")
            #expect(!(outcome.stdout + outcome.stderr).contains("practiceSecret"))
            #expect(outcome.stderr.components(separatedBy: "command line").count == 2, "\(outcome.stderr)")
            #expect(await scenario.requests("hub").contains { $0.header("Authorization") == "Bearer hf_practiceSecret0123456789" })
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil })
        }
    }

    @Test(
        "says how it is used with the code of the real tool, which is asked where it is there",
        arguments: [
            ("hf", "", HubPeer.newest), ("hf", "--help", .newest), ("hf", "-h", .newest), ("hf", "download", .newest),
            ("hf", "download --help", .newest), ("huggingface-cli", "", .zero), ("huggingface-cli", "--help", .zero),
            ("huggingface-cli", "download -h", .zero),
        ])
    func help(row: (program: String, line: String, peer: HubPeer)) async throws {
        _ = try row.peer.require()
        try await withScenario(.builtin) { scenario in
            let words = scenario.words(row.line)
            let theirs = try await scenario.realHub(row.peer, row.program, words, in: try scenario.folder("theirs"))
            let ours = try scenario.folder("ours")
            let alone = try await scenario.ours(row.program, words, in: ours)
            #expect(alone.outcome.code == theirs.outcome.code)
            #expect(alone.outcome.stdout.isEmpty == theirs.outcome.stdout.isEmpty)
            #expect((alone.outcome.stdout + alone.outcome.stderr).lowercased().contains("usage: \(row.program)"))
            let path = ["PATH": "\(scenario.box.root)/shims:\(try scenario.realTool(row.program)):/usr/bin:/bin"]
            #expect(try await scenario.ours(row.program, words, in: ours, environment: path).outcome.code == 42)
        }
    }

    @Test(
        "goes to the real tool where it is no download to a file",
        arguments: [
            ("hf", "upload practice/tiny ."), ("hf", "auth whoami"), ("hf", "--version"),
            ("hf", "download practice/kernel --repo-type kernel"), ("hf", "cache ls"),
            ("huggingface-cli", "login --token secret"), ("huggingface-cli", "scan-cache"),
        ])
    func handedOver(row: (program: String, line: String)) async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = scenario.words(row.line)
            let path = ["PATH": "\(scenario.box.root)/shims:\(try scenario.realTool(row.program)):/usr/bin:/bin"]
            let passed = try await scenario.ours(row.program, words, in: ours, environment: path)
            #expect(passed.outcome.code == 42)
            #expect(passed.outcome.stdout == (["real", row.program] + words).joined(separator: " ") + "\n")
            let alone = try await scenario.ours(
                row.program, words, in: ours, environment: ["PATH": "\(scenario.box.root)/shims:/nonexistent"])
            #expect(alone.outcome.code == 2)
            #expect(alone.outcome.stderr.split(separator: "\n").count == 1, "\(alone.outcome.stderr)")
            #expect(await scenario.hub.requests().isEmpty)
        }
    }
}
