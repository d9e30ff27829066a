import Foundation
import PracticeHub
import Testing

@Suite("Logins")
struct LoginTests {
    private static let hubToken = "practice-hf-token"
    private static let civitaiToken = "practice-civitai-token"
    private static let venv = ProcessInfo.processInfo.environment["FETCHCTL_TEST_VENV"]

    private func file(_ scenario: Scenario, _ name: String) -> String? {
        FileManager.default.contents(atPath: "\(scenario.box.home)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    private func mode(_ scenario: Scenario, _ name: String) throws -> mode_t {
        var status = stat()
        try #require(stat("\(scenario.box.home)/\(name)", &status) == 0, "\(name) is not there")
        return status.st_mode & 0o777
    }

    @Test("to the Hub are kept where huggingface_hub keeps them, for the owner alone, and used")
    func hub() async throws {
        try await withScenario(.builtin) { scenario in
            let login = try await scenario.run(["login", "hf"], stdin: "  \(Self.hubToken)\r\n")
            login.expectSuccess()
            #expect(login.stdout.isEmpty)
            #expect(file(scenario, ".cache/huggingface/token") == Self.hubToken)
            #expect(file(scenario, ".cache/huggingface/stored_tokens") == "[practice]\nhf_token = \(Self.hubToken)\n")
            #expect(file(scenario, ".config/fetchctl/credentials")?.contains(Self.hubToken) == false)
            for name in [".cache/huggingface/token", ".cache/huggingface/stored_tokens", ".config/fetchctl/credentials"] {
                #expect(try mode(scenario, name) == 0o600)
            }
            #expect(try mode(scenario, ".cache/huggingface") == 0o700)
            let who = try await scenario.run(["whoami", "hf"])
            who.expectSuccess()
            #expect(who.stdout == "practice\n")
            try await scenario.add("practice/gated").expectSuccess()
            for outcome in [login, who] { #expect(!(outcome.stdout + outcome.stderr).contains(Self.hubToken)) }
        }
    }

    @Test("to CivitAI are kept in a file of ours, and come after the environment")
    func civitai() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.run(["login", "civitai"], stdin: Self.civitaiToken).expectSuccess()
            #expect(try mode(scenario, ".config/fetchctl/credentials") == 0o600)
            let who = try await scenario.run(["whoami", "civitai", "--json"])
            who.expectSuccess()
            let object = try JSONValue(parsing: who.stdout)
            #expect(object["name"]?.string == "practice")
            #expect(object["token_place"]?.string?.hasSuffix("/fetchctl/credentials") == true)
            try await scenario.add("civitai:12346").expectSuccess()
            try await scenario.run(["whoami", "civitai"], environment: ["CIVITAI_TOKEN": "wrong"]).expectFailure(77)
            try await scenario.run(["logout", "civitai"]).expectSuccess()
            #expect(file(scenario, ".config/fetchctl/credentials") == nil)
            try await scenario.run(["whoami", "civitai"]).expectFailure(77)
            try await scenario.add("civitai:12346", "-d", "again").expectFailure(77)
        }
    }

    @Test("are not kept when the service does not accept the token", arguments: ["hf", "civitai"])
    func rejected(service: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["login", service], stdin: "not-the-token")
            outcome.expectFailure(77)
            #expect(!outcome.stderr.contains("not-the-token"))
            for name in [".cache/huggingface/token", ".config/fetchctl/credentials"] { #expect(file(scenario, name) == nil) }
        }
    }

    @Test(
        "take no token from the command line, and repeat none", arguments: [["hf", "hf_abc"], ["hf", "--token=hf_abc"], ["hf_abc"], []])
    func usage(arguments: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["login"] + arguments, stdin: "")
            outcome.expectFailure(64)
            #expect(!outcome.stderr.contains("hf_abc"))
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test("are given one at a time", arguments: ["", "\n", "one\ntwo\n", "a\u{1}b"])
    func unusable(text: String) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.run(["login", "hf"], stdin: text).expectFailure(64)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test("that cannot be stored have a hint of their own, not the one for download directories", arguments: ["hf", "civitai"])
    func unwritable(service: String) async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("", to: "file")
            let token = service == "hf" ? Self.hubToken : Self.civitaiToken
            let outcome = try await scenario.run(
                ["login", service], environment: ["XDG_CONFIG_HOME": scenario.box.path("file/x")], stdin: token)
            outcome.expectFailure(73)
            #expect(outcome.stderr.contains("HF_TOKEN") && !outcome.stderr.contains("-d DIR"), "\(outcome.stderr)")
            #expect(file(scenario, ".cache/huggingface/token") == nil)
        }
    }

    @Test("that another program stored are left alone")
    func others() async throws {
        try await withScenario(.builtin) { scenario in
            let folder = scenario.box.home + "/.cache/huggingface"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let stored = "[work]\nhf_token = hf_other\nrefresh_token = r\n"
            try stored.write(toFile: folder + "/stored_tokens", atomically: true, encoding: .utf8)
            try "hf_other".write(toFile: folder + "/token", atomically: true, encoding: .utf8)
            let none = try await scenario.run(["logout", "hf"])
            none.expectSuccess()
            #expect(file(scenario, ".cache/huggingface/token") == "hf_other")
            try await scenario.run(["login", "hf"], stdin: Self.hubToken).expectSuccess()
            #expect(file(scenario, ".cache/huggingface/stored_tokens") == stored + "\n[practice]\nhf_token = \(Self.hubToken)\n")
            try await scenario.run(["logout", "hf"]).expectSuccess()
            #expect(file(scenario, ".cache/huggingface/stored_tokens") == stored)
            #expect(file(scenario, ".cache/huggingface/token") == nil)
            #expect(file(scenario, ".config/fetchctl/credentials") == nil)
        }
    }

    @Test(
        "are the same for hf auth, either way",
        .enabled(if: venv != nil, "set FETCHCTL_TEST_VENV to an environment that has huggingface_hub"))
    func peer() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.run(["login", "hf"], stdin: Self.hubToken).expectSuccess()
            let who = try await hf(["auth", "whoami"], scenario)
            #expect(who.code == 0 && who.stdout.contains("practice"), "\(who.stdout)\(who.stderr)")
            let list = try await hf(["auth", "list"], scenario)
            #expect(list.stdout.contains("practice"), "\(list.stdout)\(list.stderr)")
            try await scenario.run(["logout", "hf"]).expectSuccess()
            #expect(try await hf(["auth", "whoami"], scenario).code != 0)
            let login = try await hf(["auth", "login", "--token", Self.hubToken], scenario)
            #expect(login.code == 0, "\(login.stdout)\(login.stderr)")
            #expect(try await scenario.run(["whoami", "hf"]).stdout == "practice\n")
            // Not ours to take away.
            try await scenario.run(["logout", "hf"]).expectSuccess()
            #expect(try await hf(["auth", "whoami"], scenario).code == 0)
        }
    }

    private func hf(_ arguments: [String], _ scenario: Scenario) async throws -> Outcome {
        var environment = scenario.environment
        environment["HF_HUB_DISABLE_TELEMETRY"] = "1"
        let process = try await RunningProcess(
            try #require(Self.venv) + "/bin/hf", arguments, environment: environment, cwd: scenario.box.work, stdin: nil)
        return await process.end()
    }
}
