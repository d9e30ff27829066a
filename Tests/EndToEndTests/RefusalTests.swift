import Foundation
import PracticeHub
import Testing

@Suite("A command line that cannot be understood")
struct UsageTests {
    @Test(
        "is refused with 64, before anything is asked for or made",
        arguments: [
            ["add"], ["add", "--no-such-option", "civitai:12345"], ["add", "civitai:"], ["add", "12345"], ["add", "hf:a/b/c/../d"],
            ["add", "org/name/file.bin"], ["add", "ftp://example.com/x"], ["add", "civitai:12345", "-x", "0"],
            ["add", "civitai:12345", "-x65"], ["add", "civitai:12345", "--engine", "wget"], ["add", "civitai:12345", "--retries", "-1"],
            ["add", "civitai:12345", "--limit-rate", "fast"], ["add", "civitai:12345", "--sha256", "abc"],
            ["add", "civitai:12345", "civitai:12344", "-o", "one"],
            ["add", "civitai:12345", "hf:gpt-practice", "--sha256", String(repeating: "a", count: 64)],
            ["add", "practice/tiny", "-o", "one"], ["add", "civitai:12345", "--only", "hf"], ["add", "civitai:12345", "--only", "nowhere"],
            ["add", "civitai:12345", "--layout", "sideways"], ["add", "civitai:12345", "--type", "sideways"],
            ["add", "civitai:12345", "--header", "nonsense"],
            ["add", "civitai:12345", "--wait", "soon"], ["add", "-i", "no-such-list.txt"], ["no-such-command"],
            ["add", "civitai:12345", "-o"],
            ["--no-such-option"], ["add", "civitai:12345", "sha256:abc"],
        ])
    func usage(arguments: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(arguments)
            outcome.expectFailure(64)
            #expect(outcome.stdout.isEmpty)
            #expect(Complaint.all(in: outcome.stderr).count == 1)
            #expect(scenario.box.allFiles.isEmpty)
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test(
        "says that there is no such command, and which are near", arguments: [("ad", "add"), ("verfy", "verify"), ("frobnicate", "--help")])
    func unknown(word: String, near: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run([word])
            outcome.expectFailure(64)
            #expect(outcome.stderr.contains("no command \(word)") && outcome.stderr.contains(near), "\(outcome.stderr)")
        }
    }

    @Test(
        "names what was meant", arguments: [(["12345"], "civitai:12345"), (["practice/tiny/config.json"], "hf:practice/tiny/config.json")])
    func meant(references: [String], hint: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["add"] + references)
            outcome.expectFailure(64)
            #expect(outcome.stderr.contains(hint))
        }
    }

    @Test("one bad reference among good ones: nothing at all moves")
    func allFirst() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12345", "civitai:", "hf:practice/tiny").expectFailure(64)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test(
        "asks for help and the version are answered on standard output with 0", arguments: [["--help"], ["--version"], ["add", "--help"]])
    func help(arguments: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(arguments)
            outcome.expectSuccess()
            #expect(!outcome.stdout.isEmpty)
            #expect(outcome.stderr.isEmpty)
        }
    }
}

@Suite("Refusals of a source")
struct SourceRefusalTests {
    @Test(
        "is 66 where there is no such thing",
        arguments: [
            "civitai:99999999", "civitai:models/99999999", "hf:practice/nothing", "hf:practice/tiny/no-such-file",
            "hf:practice/tiny@no-such-revision",
            "civitai:12350", "sha256:" + String(repeating: "0", count: 64), "DIRECT/plain/nothing.bin", "hf:datasets/practice/tiny",
        ])
    func notFound(reference: String) async throws {
        try await withScenario(.builtin) { scenario in
            let reference = reference.replacingOccurrences(of: "DIRECT", with: scenario.at.cdn)
            let outcome = try await scenario.add(reference, "--json", environment: ["HF_TOKEN": "practice-hf-token"])
            outcome.expectFailure(66, kind: "not_found")
            #expect(scenario.box.allFiles.isEmpty)
        }
    }

    @Test("is 66 when only a model has the number, and says what to type")
    func onlyModel() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("civitai:6789")
            outcome.expectFailure(66)
            #expect(outcome.stderr.contains("Practice Model"))
            #expect(outcome.stderr.contains("civitai:12345") || outcome.stderr.contains("civitai:6789@12345"))
        }
    }

    @Test("is 66 for a private repo without a token: the Hub does not tell it from one that is not there")
    func hidden() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("hf:practice/private")
            outcome.expectFailure(66)
            #expect(outcome.stderr.contains("private") && outcome.stderr.contains("HF_TOKEN"))
        }
    }

    @Test("is 66 when nothing matches the patterns, or no file the wish")
    func noMatch() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("hf:practice/tiny", "--include", "*.nothing").expectFailure(66)
            let outcome = try await scenario.add("civitai:12347", "--file", "nothing.safetensors")
            outcome.expectFailure(66)
            #expect(outcome.stderr.contains("practice-twin.safetensors"), "the list is missing: \(outcome.stderr)")
        }
    }

    @Test(
        "is 77 where it is not allowed",
        arguments: [
            ("civitai:12346", [:], "needs_login"), ("civitai:12346", ["CIVITAI_API_TOKEN": "wrong-token-0123456789"], "token_rejected"),
            ("civitai:12348", [:], "early_access"), ("civitai:12349", [:], nil),
            ("civitai:12357", ["CIVITAI_API_TOKEN": "practice-civitai-token"], nil),
            ("hf:practice/gated/model.safetensors", [:], nil),
            ("hf:practice/gated/model.safetensors", ["HF_TOKEN": "practice-hf-stranger-token"], "gated"),
            ("hf:practice/gated", ["HF_TOKEN": "wrong-token-0123456789"], "token_rejected"),
        ] as [(String, [String: String], String?)], Engine.allCases)
    func notAllowed(row: (reference: String, tokens: [String: String], kind: String?), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add(row.reference, "--json", environment: row.tokens)
            outcome.expectFailure(77, kind: row.kind)
            #expect(scenario.box.files.isEmpty)
            for token in row.tokens.values { #expect(!(outcome.stdout + outcome.stderr).contains(token)) }
        }
    }

    @Test("is not refused with a token that has access", arguments: Engine.allCases)
    func allowed(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let tokens = ["CIVITAI_API_TOKEN": "practice-civitai-token", "HF_TOKEN": "practice-hf-token"]
            try await scenario.add("civitai:12346", "hf:practice/gated/model.safetensors", "hf:practice/private", environment: tokens)
                .expectSuccess()
            try scenario.expectFile("practice-login.safetensors", await scenario.hub.civitaiFile(12346))
            try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/gated", "model.safetensors"))
        }
    }

    @Test(
        "is 69 where the source is known and not supported",
        arguments: [
            "https://mega.nz/file/abc#key", "https://1drv.ms/u/s!abc", "https://onedrive.live.com/?id=1",
            "https://x-my.sharepoint.com/:u:/g/personal/x",
        ])
    func unsupported(reference: String) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add(reference, "--json").expectFailure(69)
        }
    }

    @Test("is 69 where no process listens")
    func connectionRefused() async throws {
        try await withScenario(.builtin) { scenario in
            // A port that the kernel gave us and that is closed again.
            let port = try await PracticeHub.withHub { _, addresses in addresses.cdn }
            let outcome = try await scenario.add(port + "/x.bin", "--retries", "0", "--json")
            outcome.expectFailure(69, kind: "unreachable")
            let later = try await scenario.add("hf:practice/tiny", "--retries", "1", "--json", environment: ["HF_ENDPOINT": port])
            later.expectFailure(69, kind: "unreachable")
        }
    }

    @Test("is 69 when aria2 is asked for and there is none; without it the builtin engine is used and named")
    func noAria2() async throws {
        try await withScenario(.builtin) { scenario in
            for missing in ["", "/no/such/aria2c"] {
                try await scenario.add("civitai:12354", "--engine", "aria2", environment: ["FETCHCTL_ARIA2C": missing]).expectFailure(69)
            }
            #expect(scenario.box.allFiles.isEmpty)
            let outcome = try await scenario.add("civitai:12354", environment: ["FETCHCTL_ARIA2C": "", "FETCHCTL_ENGINE": "auto"])
            outcome.expectSuccess()
            #expect(outcome.stderr.split(separator: "\n").count { $0.contains("builtin") } == 1)
        }
    }

    @Test("says of a host that refuses the connection that it was not reached, not that a connection broke")
    func unreachable() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let outcome = try await scenario.add("practice/one", "--retries", "1", environment: ["HF_ENDPOINT": "http://127.0.0.1:1"])
            outcome.expectFailure(69)
            #expect(outcome.stderr.contains("the host could not be reached, or refused the connection; trying again"), "\(outcome.story)")
            #expect(!outcome.stderr.contains("connection broke"), "\(outcome.story)")
        }
    }
}
