import Foundation
import PracticeHub
import Testing

@Suite("The width of a terminal")
struct TerminalWidthTests {
    private static let script: String? = ["/usr/bin/script", "/bin/script"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// A command's lines on a terminal of so many columns; nil: of a terminal that does not say.
    private func lines(
        _ scenario: Scenario, _ columns: Int?, _ arguments: String, environment extra: [String: String] = [:]
    ) async throws -> [String] {
        guard let script = Self.script else { try Test.cancel("script is not installed") }
        let size = columns.map { "stty cols \($0) rows 24; " } ?? ""
        // The variable has no say, as for tables.
        let environment = scenario.environment.merging(["TERM": "xterm", "NO_COLOR": "1", "SHELL": "/bin/sh", "COLUMNS": "30"]) { $1 }
            .merging(extra) { $1 }
        let outcome = await
            (try RunningProcess(
                script, ["-qefc", size + "'\(Fetchctl.binary)' \(arguments)", "/dev/null"], environment: environment,
                cwd: scenario.box.work)).end()
        return outcome.stdout.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n")
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0.isWhitespace || $0 == "│" }.map(String.init)
    }

    private static let list = """
        [[model]]
        name = "a-model-of-a-list"
        any-of = ["hf:practice/tiny/config.json", "civitai:12345", "hf:practice/other/with/folders/in/it.bin"]

        [[model]]
        ref = "civitai:12347"

        """

    @Test(
        "breaks sentences between words, of errors too; in a pipe and without a width each is one line",
        arguments: [
            "explain 75", "tree", "add civitai:99999 --retries 0", "add civitai:12345x", "add civitai:12345 -o a.bin --layout nowhere",
        ])
    func wrapped(arguments: String) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            try Self.list.write(toFile: scenario.box.path("models.toml"), atomically: true, encoding: .utf8)
            let pipe = try await scenario.run(arguments.split(separator: " ").map(String.init))
            let whole = pipe.stdout + pipe.stderr
            #expect(whole.components(separatedBy: "\n").contains { $0.count > 60 }, "\(whole)")
            let narrow = try await lines(scenario, 60, arguments)
            for line in narrow where line.count > 60 {
                // One word or command, and its label at most.
                #expect(line.contains("fetchctl ") || Self.words(line).count <= 2, "\(line)")
            }
            #expect(Self.words(narrow.joined(separator: "\n")) == Self.words(whole))
            let unknown = try await lines(scenario, nil, arguments)
            #expect(unknown == whole.components(separatedBy: "\n"))
            // A notebook's page breaks lines itself.
            let cell = try await lines(scenario, 60, arguments, environment: ["JPY_PARENT_PID": "1"])
            #expect(cell == whole.components(separatedBy: "\n"))
            let tiny = try await lines(scenario, 3, arguments)
            #expect(Self.words(tiny.joined(separator: "\n")) == Self.words(whole))
        }
    }

    @Test("holds the checks of doctor, each below its message")
    func doctor() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let pipe = try await scenario.run(["doctor"], timeout: 30)
            #expect(pipe.lines.contains { $0.count > 60 })
            for line in try await lines(scenario, 60, "doctor") where line.count > 60 {
                #expect(line.contains("/") || line.contains("fetchctl "), "\(line)")
            }
        }
    }
}
