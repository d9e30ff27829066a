import Testing

@Suite("fetchctl explain")
struct ExplainTests {
    @Test(
        "says what a code or a kind means, and what to do",
        arguments: [
            ("66", "not_found", "no such model"), ("gated", "gated (77)", "Ask for access"), ("Not-Found", "not_found (66)", "Check"),
        ])
    func entries(row: (word: String, first: String, second: String)) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let outcome = try await scenario.run(["explain", row.word])
            outcome.expectSuccess()
            for text in [row.first, row.second, "  do:   "] { #expect(outcome.stdout.contains(text), "\(outcome.stdout)") }
        }
    }

    @Test("is one JSON object an entry, and all of them without a word")
    func json() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let one = try await scenario.run(["explain", "disk_full", "--json"])
            let fields = try JSONValue(parsing: one.lines[0])
            #expect(fields["kind"]?.string == "disk_full" && fields["do"]?.string?.isEmpty == false)
            let all = try await scenario.run(["explain", "--json"])
            #expect(all.lines.count > 30)
            for line in all.lines { _ = try JSONValue(parsing: line) }
        }
    }

    @Test(
        "of an unknown word is 64 and names what is near",
        arguments: [["explain", "gatd"], ["explain", "7"], ["explain", "66", "--markdown"]])
    func unknown(arguments: [String]) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let outcome = try await scenario.run(arguments)
            outcome.expectFailure(64)
            if arguments[1] == "gatd" { #expect(outcome.stderr.contains("gated")) }
        }
    }
}
