import Foundation
import Testing

/// A terminal of a test's own, with a shell in it: what is typed into it, and what it shows (tmux).
struct TerminalWindow {
    private let socket: String
    private let environment: [String: String]
    private let folder: String

    private static let tmux: String? = ["/usr/bin/tmux", "/bin/tmux", "/usr/local/bin/tmux"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Runs `body` with a window of that size; its shell finds `fetchctl` by its name.
    static func with(
        _ scenario: Scenario, columns: Int, rows: Int, environment extra: [String: String] = [:],
        _ body: (TerminalWindow) async throws -> Void
    ) async throws {
        guard tmux != nil else {
            try #require(!CI.isHere, "tmux is not installed")
            try Test.cancel("tmux is not installed")
        }
        var environment = scenario.environment.merging(["LANG": "C.UTF-8", "PS1": "$ ", "SHELL": "/bin/sh"]) { $1 }
        environment["PATH"] = (Fetchctl.binary as NSString).deletingLastPathComponent + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        let window = TerminalWindow(
            socket: scenario.box.temporary + "/tmux", environment: environment.merging(extra) { $1 }, folder: scenario.box.work)
        try await window.ask(["-u", "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-s", "test", "exec sh"])
        do { try await body(window) } catch {
            _ = try? await window.ask(["kill-server"])
            throw error
        }
        try await window.ask(["kill-server"])
    }

    /// Types text, as it is.
    func type(_ text: String) async throws { try await ask(["send-keys", "-t", "test", "-l", text]) }

    /// Presses keys by tmux's names: `Enter`, `Escape`, `Down`, `C-c`.
    func press(_ keys: String...) async throws { try await ask(["send-keys", "-t", "test"] + keys) }

    func resize(columns: Int, rows: Int) async throws {
        try await ask(["resize-window", "-t", "test", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// What it shows, row by row.
    func rows() async throws -> [String] {
        try await ask(["capture-pane", "-p", "-t", "test"]).stdout.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The same with what gives it colours.
    func colored() async throws -> String { try await ask(["capture-pane", "-p", "-e", "-t", "test"]).stdout }

    /// Whether its second screen is shown, and its cursor.
    func state() async throws -> String {
        try await ask(["display-message", "-p", "-t", "test", "#{alternate_on} #{cursor_flag}"]).stdout
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until it shows a row with that text.
    func expect(_ text: String, _ location: SourceLocation = #_sourceLocation) async throws {
        var rows: [String] = []
        let isThere = try await eventually {
            rows = try await self.rows()
            return rows.contains { $0.contains(text) }
        }
        try #require(isThere, "no \(text) in:\n\(rows.joined(separator: "\n"))", sourceLocation: location)
    }

    @discardableResult
    private func ask(_ words: [String]) async throws -> Outcome {
        let outcome = try await RunningProcess(Self.tmux ?? "tmux", ["-S", socket] + words, environment: environment, cwd: folder).end()
        #expect(outcome.code == 0, "\(outcome.story)")
        return outcome
    }
}
