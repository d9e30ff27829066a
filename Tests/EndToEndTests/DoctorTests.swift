import Foundation
import PracticeHub
import Testing

@Suite("fetchctl doctor")
struct DoctorTests {
    private struct Checks {
        let outcome: Outcome
        private let found: [String: JSONValue]

        init(_ outcome: Outcome) throws {
            self.outcome = outcome
            let checks = try #require(try JSONValue(parsing: outcome.lines[0])["checks"]?.items)
            found = Dictionary(checks.map { ($0["name"]?.string ?? "", $0) }, uniquingKeysWith: { $1 })
        }

        func state(_ name: String) -> String? { found[name]?["state"]?.string }
        func text(_ name: String) -> String { (found[name]?["message"]?.string ?? "") + " " + (found[name]?["hint"]?.string ?? "") }
        var names: Set<String> { Set(found.keys) }
    }

    private func run(_ scenario: Scenario, _ environment: [String: String] = [:]) async throws -> Checks {
        try Checks(try await scenario.run(["doctor", "--json"], environment: environment, timeout: 30))
    }

    @Test("finds a whole environment good: engine, library, tokens, services, clock, disk, queue")
    func good() async throws {
        try await withScenario(.aria2, isIdle: true) { scenario in
            let tokens = ["HF_TOKEN": "practice-hf-token", "CIVITAI_API_TOKEN": "practice-civitai-token"]
            let checks = try await run(scenario, tokens)
            for name in ["aria2c", "libcurl", "token hf", "token civitai", "network hf", "network civitai", "clock", "limits", "queue"] {
                #expect(checks.state(name) == "good", "\(name): \(checks.text(name))")
            }
            for name in ["certificates", "configuration", "target", "partials"] { #expect(checks.names.contains(name)) }
            #expect(checks.text("token hf").contains("HF_TOKEN"))
            #expect(checks.outcome.code == 0 || checks.state("certificates") == "bad")
            #expect(!checks.outcome.stdout.contains("practice-hf-token"))
            let text = try await scenario.run(["doctor"], environment: tokens)
            #expect(text.stdout.contains("good     aria2c") && text.stdout.contains("HTTPS"), "\(text.stdout)")
            #expect(scenario.box.allFiles.isEmpty, "\(scenario.box.allFiles)")
        }
    }

    /// What is broken, the check that says so, and with which word.
    private static let broken: [(name: String, environment: [String: String], state: String, word: String)] = [
        ("aria2c", ["FETCHCTL_ARIA2C": "/nowhere/aria2c"], "bad", "not a program"),
        ("aria2c", ["FETCHCTL_ARIA2C": ""], "warning", "set and empty"),
        ("aria2c", ["FETCHCTL_ARIA2C": "/bin/true"], "bad", "/bin/true"),
        ("certificates", ["SSL_CERT_FILE": "/nowhere/ca.pem"], "bad", "cannot be read"),
        ("certificates", ["SSL_CERT_FILE": "/etc/passwd"], "bad", "no certificate"),
        ("configuration", ["FETCHCTL_CONNECTIONS": "many"], "bad", "FETCHCTL_CONNECTIONS"),
        ("endpoints", ["HF_ENDPOINT": "nonsense"], "bad", "HF_ENDPOINT"),
        ("token hf", ["HF_TOKEN": "hf_wrongwrongwrongwrongwrong"], "bad", "fetchctl login hf"),
        ("token civitai", ["CIVITAI_TOKEN": "0123"], "bad", "fetchctl login civitai"),
        ("network hf", ["HF_ENDPOINT": "http://127.0.0.1:1"], "bad", "not reached"),
        ("network civitai", ["http_proxy": "http://user:s3cret@127.0.0.1:1", "no_proxy": ""], "bad", "proxy 127.0.0.1:1"),
        ("network hf", ["HF_HUB_OFFLINE": "1"], "good", "HF_HUB_OFFLINE"),
        ("target", ["FETCHCTL_DIRECTORY": "/proc/self"], "bad", "no file can be made"),
        ("target", ["FETCHCTL_DIRECTORY": "/dev/null/models"], "bad", "no directory"),
        ("queue", ["FETCHCTL_STATE_DIR": "/dev/null/state"], "bad", "in the way"),
        ("queue", ["FETCHCTL_STATE_DIR": "/dev/null"], "bad", "/dev/null is in the way"),
        ("queue", ["HOME": "", "XDG_STATE_HOME": "/tmp"], "good", "/tmp/fetchctl/queue"),
        ("queue", ["XDG_STATE_HOME": "/proc/x"], "bad", "cannot be written"),
        ("queue", ["FETCHCTL_STATE_DIR": "/sys/fetchctl"], "bad", "FETCHCTL_STATE_DIR"),
        ("queue", ["FETCHCTL_STATE_DIR": "/proc"], "bad", "cannot be written"),
        ("temporary folder", ["TMPDIR": "/nowhere/tmp"], "warning", "unset TMPDIR"),
        ("temporary folder", ["TMPDIR": "tmp"], "warning", "no absolute path"),
        ("temporary folder", ["TMPDIR": "/proc"], "warning", "no file can be made"),
        ("queue", ["HOME": "/tmp/fetchctl-no-home/me"], "warning", "/tmp/fetchctl-no-home/me, the home folder"),
        ("certificates", ["CURL_CA_BUNDLE": "/etc/passwd", "SSL_CERT_FILE": "/nowhere/ca.pem"], "warning", "CURL_CA_BUNDLE is used"),
        ("certificates", ["SSL_CERT_FILE": "/etc"], "bad", "is a folder"),
        ("certificates", ["SSL_CERT_DIR": "/nowhere"], "bad", "not there"),
        ("configuration", ["FETCHCTL_CONECTIONS": "3"], "warning", "did you mean FETCHCTL_CONNECTIONS?"),
    ]

    @Test("names what is broken, says what to do, and ends with 1 when it is bad", arguments: broken.indices)
    func brokenOnes(index: Int) async throws {
        let row = Self.broken[index]
        try await withScenario(.builtin, isIdle: true) { scenario in
            let checks = try await run(scenario, row.environment)
            #expect(checks.state(row.name) == row.state, "\(row): \(checks.text(row.name))")
            #expect(checks.text(row.name).contains(row.word), "\(checks.text(row.name))")
            if row.state == "bad" { #expect(checks.outcome.code == 1) }
            #expect(!checks.outcome.stdout.contains("s3cret"))
        }
    }

    @Test(
        "says in words how an aria2c fails",
        arguments: [
            ("exit 3", "it ended with exit status 3"), ("kill -SEGV $$", "signal 11 (it crashed)"),
            ("kill -KILL $$", "signal 9 (it was killed"),
            ("sleep 60", "it hangs"),
            ("case $1 in --version) echo aria2 version 1.36.0;; *) kill -ABRT $$;; esac", "signal 6 (it crashed)"),
            ("case $1 in --version) echo aria2 version 1.37.0;; *) exit 7;; esac", "exit status 7"),
        ])
    func aria2(row: (script: String, words: String)) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let path = try scenario.box.write("#!/bin/sh\n\(row.script)\n", to: "aria2c")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            let checks = try await run(scenario, ["FETCHCTL_ARIA2C": path])
            #expect(checks.state("aria2c") == "bad" && checks.text("aria2c").contains(row.words), "\(checks.text("aria2c"))")
            #expect(!checks.text("aria2c").contains("exited(") && !checks.text("aria2c").contains("signaled("))
        }
    }

    @Test("calls a folder bad that others may write")
    func sharedState() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let path = scenario.box.path("state")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
            let checks = try await run(scenario, ["FETCHCTL_STATE_DIR": path])
            #expect(checks.state("queue") == "bad" && checks.text("queue").contains("chmod 700"), "\(checks.text("queue"))")
        }
    }

    @Test("tells of unfinished downloads, and of a clock that is wrong")
    func leftovers() async throws {
        var configuration = HubConfiguration.small
        configuration.clockOffset = 7200
        try await withScenario(.builtin, configuration, isIdle: true) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn", status: 404))
            _ = try await scenario.add("civitai:12344", "--retries", "0")
            try scenario.box.write("half", to: "models/x.safetensors.fetchctl-part")
            try scenario.box.write("{}", to: "models/x.safetensors.fetchctl-part.json")
            let checks = try await run(scenario)
            #expect(checks.state("clock") == "bad" && checks.text("clock").contains("behind"), "\(checks.text("clock"))")
            #expect(checks.state("partials") == "warning", "\(checks.text("partials"))")
        }
    }

    @Test("writes a report without secrets, and replaces nothing by it")
    func report() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let secrets = [
                "HF_TOKEN": "practice-hf-token", "https_proxy": "http://user:s3cret@127.0.0.1:1", "GITHUB_TOKEN": "ghp_s3cret",
                "HF_ENDPOINT": "http://user:s3cret@127.0.0.1:1/x",
            ]
            _ = try await scenario.run(["doctor", "--report", "report.txt"], environment: secrets, timeout: 30)
            let text = String(decoding: try #require(scenario.box.data("report.txt")), as: UTF8.self)
            #expect(text.contains("HF_TOKEN is set") && text.contains("connections = 16") && text.contains("aria2c"), "\(text)")
            for secret in ["s3cret", "practice-hf-token"] { #expect(!text.contains(secret), "\(text)") }
            #expect(try scenario.box.mode("report.txt") == 0o600)
            try await scenario.run(["doctor", "--report", "report.txt"], timeout: 30).expectFailure(73)
        }
    }

    @Test("lists every key of the configuration that it does not know, beside a value that is wrong")
    func unknownKeys() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let names = (1...8).map { "key\($0)" }
            let text = "[download]\n" + names.map { "\($0) = 1\n" }.joined() + "jobs = \"many\"\n[other]\nx = 1\n"
            let path = try scenario.box.write(text, to: "config.toml")
            let outcome = try await scenario.run(["doctor"], environment: ["FETCHCTL_CONFIG": path], timeout: 30)
            #expect(outcome.code == 1)
            for name in names + ["other"] { #expect(outcome.stdout.contains("\"\(name)\" is not known"), "\(outcome.stdout)") }
            #expect(outcome.stdout.contains("bad      configuration"), "\(outcome.stdout)")
        }
    }

    @Test("makes no folder for a report, and says how to")
    func reportFolder() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let outcome = try await scenario.run(["doctor", "--report", "a/b/report.txt"], timeout: 30)
            outcome.expectFailure(73)
            #expect(outcome.stderr.contains("mkdir -p \(scenario.box.path("a/b"))") && scenario.box.allFiles.isEmpty, "\(outcome.story)")
            #expect(!scenario.box.exists("a"))
        }
    }

    @Test("takes less than five seconds where nothing answers")
    func silence() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let silent = LoopbackServer { client in
                var byte: UInt8 = 0
                while recv(client, &byte, 1, 0) > 0 {}
            }
            defer { silent.stop() }
            let address = "http://127.0.0.1:\(silent.port)"
            let outcome = try await scenario.run(
                ["doctor", "--json"],
                environment: ["HF_ENDPOINT": address, "FETCHCTL_CIVITAI_ENDPOINT": address, "HF_TOKEN": "practice-hf-token"])
            #expect(outcome.code == 1)
            #expect(outcome.seconds < 15, "five without the load of other tests: \(outcome.seconds)")
        }
    }
}
