import Foundation
import PracticeHub
import Testing

@Suite("The queue")
struct QueueCommandTests {
    @Test("takes a line, prints its number alone, and shows it; every --json is as the schemas in docs say")
    func add() async throws {
        try await withQueue(isIdle: true) { scenario in
            #expect(try await scenario.enqueue("civitai:12345", "--at", "+1h", "-d", "models") == "1")
            let json = try await scenario.add("hf:practice/tiny", "--between", Self.closed, "--json", "--on-error", "true")
            json.expectSuccess()
            EventShape.expectGoodForm(try json.events())
            #expect(try json.events().map(\.name) == ["queued", "summary"] && json.stderr.isEmpty)
            #expect(try json.event("queued")["job"]?.int == 2)
            let jobs = try await scenario.jobs()
            #expect(jobs.map { $0["state"]?.string } == ["scheduled", "scheduled"] && jobs.map { $0["position"]?.int } == [1, 2])
            #expect(jobs[0]["dir"]?.string == scenario.box.path("models") && jobs[0]["not_before"]?.string != nil)
            #expect(jobs[1]["window"]?.string == Self.closed && jobs[1]["refs"] == .array([.string("hf:practice/tiny")]))
            // Nothing has been asked and nothing made.
            #expect(await scenario.hub.requests().isEmpty && scenario.box.allFiles.isEmpty)
            try await scenario.queue("cancel", "1")
            for (name, words) in [("status", ["status"]), ("one", ["status", "2"]), ("history", ["history"])] {
                try scenario.box.write(try await scenario.run(words + ["--json"]).stdout, to: "\(name).json")
            }
            let shapes = ["status.json", "one.json", "history.json"].map { scenario.box.path($0) }
            let checked = try await SchemaChecker.check(shapes, as: "json", by: "queue.schema.json", in: scenario.box)
            #expect(checked.code == 0, "\(checked.story)")
            for (place, line) in json.lines.enumerated() { try scenario.box.write(line, to: "line\(place).json") }
            let lines = json.lines.indices.map { scenario.box.path("line\($0).json") }
            #expect(try await SchemaChecker.check(lines, as: "json", by: "queued.schema.json", in: scenario.box).code == 0)
            try await scenario.queue("cancel", "all")
        }
    }

    /// A window that is closed now, in every zone.
    static let closed: String = {
        let minute = Int(Date().timeIntervalSince1970) / 60 % 60
        // Of the same minutes of every hour: zones differ by quarters of an hour, windows here by less.
        let parts = Calendar.current.dateComponents([.hour], from: Date())
        let hour = ((parts.hour ?? 0) + 12) % 24
        let text = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let start = min(minute, 58)
        return "\(text(hour)):\(text(start))-\(text(hour)):\(text(start + 1))"
    }()

    static let refused: [(words: [String], input: String?, say: String)] = [
        (["civitai:12345", "--header", "X-Key: secretvalue"], nil, "@FILE"),
        (["https://user:secretvalue@example.com/a"], nil, "netrc"),
        (["https://example.com/a?token=secretvalue"], nil, "fetchctl login"),
        (["civitai:12345", "--mirror=https://example.com/a?api_key=secretvalue"], nil, "fetchctl login"),
        (["civitai:12345", "--any-of", "https://example.com/a?x-amz-signature=secretvalue"], nil, "signs it"),
        (["https://example.com/a?%74oken=secretvalue"], nil, "fetchctl login"),
        (["https://civitai.com/api/download/models/5?token=secretvalue"], nil, "fetchctl login"),
        (["-i", "-"], "civitai:12345\n  header = X: secretvalue\n", "@FILE"),
        (["-i", "-"], "https://user:secretvalue@example.com/a\n", "netrc"),
        (["-i", "-"], "civitai:12345\n  mirror=https://example.com/?sig=secretvalue\n", "signs it"),
        (["civitai:12345", "--on-complete", "curl https://user:secretvalue@example.com"], nil, "script"),
        (["civitai:12345", "--on-error", "hf upload --token secretvalue"], nil, "script"),
        (["civitai:12345", "--on-complete=curl -H 'Authorization: Bearer secretvalue' https://example.com"], nil, "script"),
        (["civitai:12345", "--on-complete", "sh -c 'TOKEN=secretvalue ./x'"], nil, "script"),
        (["civitai:12345", "--on-complete", "open https://example.com/#access_token=secretvalue"], nil, "script"),
        (["civitai:12345", "--on-complete", "wget https://example.com/?sig=secretvalue"], nil, "script"),
        (["civitai:12345", "--on-error", "curl -u me:secretvalue example.com"], nil, "script"),
        (["civitai:12345", "--on-complete", "echo 'open"], nil, "quote"), (["civitai:12345", "--on-error", "a | b"], nil, "shell"),
        (["civitai:12345", "--on-error", ""], nil, "no program"), (["nonsense"], nil, "did you mean"), (["12345"], nil, "civitai:12345"),
        ([], nil, "nothing to fetch"),
        (["civitai:12345", "--dry-run"], nil, "--dry-run"), (["civitai:12345", "--stop-with-process", "1"], nil, "--stop-with-process"),
        (["civitai:12345", "--at", "25:00"], nil, "--at"), (["civitai:12345", "--at", "2001-01-01T00:00"], nil, "past"),
        (["civitai:12345", "--between", "9-17"], nil, "--between"), (["civitai:12345", "-x", "0"], nil, "-x 0"),
        (["civitai:12345", "--sha256", "no"], nil, "sha256"),
    ]

    @Test("refuses with 64 what cannot be understood or must not be written down, and records nothing", arguments: Self.refused)
    func refuses(row: (words: [String], input: String?, say: String)) async throws {
        try await withQueue(isIdle: true) { scenario in
            let outcome = try await scenario.run(["add", "--detach"] + row.words, stdin: row.input)
            outcome.expectFailure(64)
            #expect((outcome.stdout + outcome.stderr).contains(row.say), "\(outcome.story)")
            #expect(!(outcome.stdout + outcome.stderr + scenario.stateText).contains("secretvalue"))
            #expect(try await scenario.states().isEmpty)
        }
    }

    @Test("gives twenty lines that come at once a number each")
    func twenty() async throws {
        try await withQueue(isIdle: true) { scenario in
            let numbers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(numbers.compactMap { Int($0) }.sorted() == Array(1...20))
            #expect(try await scenario.states() == (1...20).map { "\($0) scheduled" })
            try await scenario.queue("cancel", "all")
        }
    }

    @Test("is controlled from any process; what is already so is no error")
    func control() async throws {
        try await withQueue(isIdle: true) { scenario in
            for _ in 0..<4 { _ = try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q") }
            try await scenario.queue("pause", "1", "3")
            try await scenario.queue("pause", "3")
            #expect(try await scenario.states() == ["1 paused", "2 scheduled", "3 paused", "4 scheduled"])
            try await scenario.queue("resume", "all")
            try await scenario.queue("resume", "1")
            try await scenario.queue("move", "4", "first")
            try await scenario.queue("move", "1", "down")
            try await scenario.queue("move", "3", "before", "2")
            try await scenario.queue("move", "4", "up")
            #expect(try await scenario.states() == ["4 scheduled", "3 scheduled", "2 scheduled", "1 scheduled"])
            #expect(try await scenario.jobs("4")[0]["position"]?.int == 1)
            try await scenario.queue("limit", "2", "4", "5M")
            try await scenario.queue("limit", "4", "0")
            #expect(try await scenario.jobs("2", "4").map { $0["limit_rate"]?.int } == [5_242_880, nil])
            try await scenario.queue("cancel", "2", "--delete")
            let again = try await scenario.queue("cancel", "2")
            #expect(again.stderr.contains("has ended"))
            #expect(try await scenario.states() == ["4 scheduled", "3 scheduled", "1 scheduled", "2 cancelled"])
            #expect(try await scenario.jobs("2")[0]["code"]?.int == 130)
            try await scenario.queue("retry", "2", "1")
            #expect(try await scenario.states() == ["4 scheduled", "3 scheduled", "1 scheduled", "2 scheduled"])
            // A new job comes behind a retried one.
            #expect(try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q") == "5")
            #expect(try await scenario.states().last == "5 scheduled")
            try await scenario.queue("cancel", "all")
            let waited = try await scenario.run(["wait", "1", "5"])
            #expect(waited.code == 130 && waited.stdout.isEmpty)
            #expect(try await scenario.jobs(command: "history").count == 5)
            try await scenario.run(["history", "--clear"]).expectFailure(64)
            try await scenario.queue("history", "--clear", "--older-than", "1d")
            #expect(try await scenario.jobs(command: "history").count == 5)
            try await scenario.queue("history", "--clear", "--older-than", "0d")
            #expect(try await scenario.jobs(command: "history").isEmpty)
            try await scenario.run(["status", "5"]).expectFailure(66)
            // A number is not used again.
            #expect(try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q") == "6")
            try await scenario.queue("cancel", "all")
        }
    }

    @Test(
        "does not know every job, and understands no nonsense",
        arguments: [
            (["pause", "1", "7"], 66), (["resume", "7"], 66), (["cancel", "7"], 66), (["retry", "7"], 66), (["move", "7", "first"], 66),
            (["limit", "7", "5M"], 66),
            (["wait", "7"], 66), (["log", "7"], 66), (["status", "7"], 66), (["move", "1", "before", "7"], 66),
            (["pause"], 64), (["pause", "x"], 64), (["pause", "0"], 64), (["pause", "-1"], 64), (["pause", "all", "1"], 64),
            (["resume", "1.5"], 64),
            (["cancel"], 64), (["retry"], 64), (["wait"], 64), (["log"], 64), (["log", "all"], 64), (["move", "1"], 64),
            (["move", "1", "sideways"], 64),
            (["move", "all", "first"], 64), (["move", "1", "before"], 64), (["limit", "1"], 64), (["limit", "5M"], 64),
            (["limit", "1", "fast"], 64),
            (["limit", "1", "-5"], 64), (["history", "--older-than", "1d"], 64), (["history", "--clear", "--older-than", "soon"], 64),
            (["status", "x"], 64),
        ] as [([String], Int32)])
    func unknown(words: [String], code: Int32) async throws {
        try await withQueue(isIdle: true) { scenario in
            _ = try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q")
            let outcome = try await scenario.run(words)
            if code == 66 { outcome.expectFailure(66) } else { #expect(outcome.code == 64, "\(outcome.story)") }
            // Nothing was done to the job that there is.
            #expect(try await scenario.states() == ["1 scheduled"])
            try await scenario.queue("cancel", "all")
        }
    }

    @Test("shows with a rate that is none a command that is one")
    func rate() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let outcome = try await scenario.run(["limit", "2", "abc"])
            outcome.expectFailure(64)
            #expect(outcome.stderr.contains("for example: fetchctl limit 2 20M"), "\(outcome.story)")
        }
    }

    @Test("that cannot be written is 78 and says what to do")
    func readOnly() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let state = ["FETCHCTL_STATE_DIR": try scenario.box.write("a file", to: "state")]
            let outcome = try await scenario.add("civitai:12345", "--detach", environment: state)
            outcome.expectFailure(78)
            #expect(outcome.stderr.contains("FETCHCTL_STATE_DIR") && outcome.stderr.contains("state is in the way"), "\(outcome.story)")
            let shown = try await scenario.add("https://127.0.0.1:1/a", "--retries", "0", environment: state)
            #expect(shown.stderr.contains("not in the queue") && shown.stderr.contains("state is in the way"), "\(shown.story)")
            try await scenario.run(["status"], environment: state).expectSuccess()
            try await scenario.add("civitai:12345", "--detach", "--json", environment: state).expectFailure(78, kind: "config")
        }
    }
}
