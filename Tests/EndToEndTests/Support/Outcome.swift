import Foundation
import Testing

/// One line of `--json`.
struct EventLine: Sendable {
    let name: String
    let fields: JSONValue

    subscript(_ field: String) -> JSONValue? { fields[field] }
}

/// What a run of fetchctl came to.
struct Outcome: Sendable {
    /// The exit code; 128 + N when signal N killed it outright.
    var code: Int32
    var wasKilled: Bool
    var stdout: String
    var stderr: String
    /// From start to end.
    var seconds: Double

    /// The lines of standard output.
    var lines: [String] { stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }

    /// All that it said but its progress, to see why a test failed.
    var story: String { Self.story(stdout, stderr) }

    static func story(_ stdout: String, _ stderr: String) -> String {
        let lines = (stdout + stderr).split(separator: "\n").filter { !$0.hasPrefix("{\"event\":\"progress\"") }
        return "\n" + lines.joined(separator: "\n")
    }

    /// The events on standard output. A line that is none is a failure of the test.
    func events(_ location: SourceLocation = #_sourceLocation) throws -> [EventLine] {
        try #require(stdout.isEmpty || stdout.hasSuffix("\n"), "the last line is cut", sourceLocation: location)
        return try lines.map { line in
            let fields = try JSONValue(parsing: line)
            return EventLine(name: try #require(fields["event"]?.string, "no event in \(line)", sourceLocation: location), fields: fields)
        }
    }

    /// The first event of a name.
    func event(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> EventLine {
        try #require(try events(location).first { $0.name == name }, "no \(name) event: \(story)", sourceLocation: location)
    }

    /// It ended with this code, and said nothing of an error.
    func expectSuccess(_ location: SourceLocation = #_sourceLocation) {
        #expect(code == 0, "\(story)", sourceLocation: location)
        #expect(!stderr.contains("error:"), "\(stderr)", sourceLocation: location)
    }

    /// It ended with this code, and every error on standard error says what happened, why, and what to do, in at most four lines.
    ///
    /// - Parameter kind: what the `failed` event names, where the run had `--json`.
    func expectFailure(_ code: Int32, kind: String? = nil, _ location: SourceLocation = #_sourceLocation) {
        #expect(self.code == code, "\(story)", sourceLocation: location)
        #expect(!wasKilled, sourceLocation: location)
        let complaints = Complaint.all(in: stderr)
        if stdout.isEmpty || !stdout.contains("{") { #expect(!complaints.isEmpty, "\(stderr)", sourceLocation: location) }
        for complaint in complaints { complaint.expectGoodForm(location) }
        guard let kind else { return }
        let failed = try? events(location).first { $0.name == "failed" }
        #expect(failed?["kind"]?.string == kind, "\(story)", sourceLocation: location)
        #expect(failed?["code"]?.int == Int64(code), "\(story)", sourceLocation: location)
    }
}

/// One error as it is on standard error.
struct Complaint {
    let lines: [String]

    var text: String { lines.joined(separator: "\n") }

    /// Every `error:` line with the indented lines under it.
    static func all(in text: String) -> [Complaint] {
        var found: [[String]] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("error:") {
                found.append([line])
            } else if line.hasPrefix("  "), !found.isEmpty {
                found[found.count - 1].append(line)
            }
        }
        return found.map(Complaint.init)
    }

    /// What there is to be named in a hint, after `fetchctl `.
    private static let commands: Set<String> = [
        "add", "info", "verify", "cleanup", "login", "logout", "whoami", "config", "shims",
        "sync", "lock", "tree", "import", "status", "pause", "resume", "cancel", "retry", "move", "limit", "wait", "log", "history",
        "daemon", "explain", "doctor", "link", "outdated", "update", "help", "--help", "--version",
    ]

    func expectGoodForm(_ location: SourceLocation = #_sourceLocation) {
        #expect(lines.count <= 4, "more than four lines: \(text)", sourceLocation: location)
        #expect(lines[0].hasPrefix("error: ") && lines[0].count > 12, "\(text)", sourceLocation: location)
        #expect(lines.last?.hasPrefix("  do:  ") == true, "no way out: \(text)", sourceLocation: location)
        if lines.count > 2 { #expect(lines[1].hasPrefix("  why: "), "\(text)", sourceLocation: location) }
        #expect(!text.contains("(null)") && !text.contains("Optional("), "\(text)", sourceLocation: location)
        for hint in lines where hint.hasPrefix("  do:") {
            for part in hint.components(separatedBy: "fetchctl ").dropFirst() {
                let word = part.prefix { !" \t,.;:'\"`)".contains($0) || $0 == "-" }
                #expect(Self.commands.contains(String(word)), "names a command that is not there: \(hint)", sourceLocation: location)
            }
        }
    }
}
