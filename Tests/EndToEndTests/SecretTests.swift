import Foundation
import PracticeHub
import Testing

@Suite("A secret")
struct SecretTests {
    static let tokens = [
        "CIVITAI_API_TOKEN": "practice-civitai-token", "HF_TOKEN": "practice-hf-token", "GITHUB_TOKEN": "practice-github-token-77",
        "MODELSCOPE_API_TOKEN": "practice-modelscope-token-88",
    ]

    /// Fails for every one of the secrets that is in a file of the sandbox.
    private func expectNowhere(_ secrets: [String], in box: Sandbox, _ location: SourceLocation = #_sourceLocation) {
        for path in box.everything {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            for secret in secrets {
                #expect(data.range(of: Data(secret.utf8)) == nil, "a secret is in \(path)", sourceLocation: location)
                #expect(!path.contains(secret), sourceLocation: location)
            }
        }
    }

    /// Fails for every secret that a process shows of itself.
    private func expectUnseen(
        _ secrets: [String], of running: RunningProcess, _ scenario: Scenario, _ location: SourceLocation = #_sourceLocation
    ) {
        for secret in secrets {
            #expect(!ProcessTable.commandLine(running.pid).contains(secret), "in fetchctl's arguments", sourceLocation: location)
            for pid in scenario.aria2c {
                #expect(!ProcessTable.commandLine(pid).contains(secret), "in aria2c's arguments", sourceLocation: location)
                #expect(!ProcessTable.environment(pid).contains(secret), "in aria2c's environment", sourceLocation: location)
            }
        }
    }

    /// What signed the links by which the content network was asked.
    private func signatures(_ scenario: Scenario) async -> [String] {
        await scenario.requests("cdn").flatMap { request in
            ["Signature=", "X-Amz-Signature=", "Authorization=", "Policy="].compactMap { name in
                request.path.components(separatedBy: name).dropFirst().first?.split(separator: "&").first.map(String.init)
            }
        }
    }

    @Test(
        "from the environment reaches its own service and is seen nowhere else, nor is a link's signature",
        arguments: Engine.allCases,
        ["civitai:12346", "civitai:12345", "hf:practice/gated/model.safetensors", "hf:practice/one/model.safetensors"])
    func environment(engine: Engine, reference: String) async throws {
        var configuration = HubConfiguration.small
        // Any of them lasts long enough to be looked at.
        configuration.bytesPerSecondTotal = 600_000
        configuration.modelSize = 1 << 20
        try await withScenario(engine, configuration) { scenario in
            let secrets = Array(Self.tokens.values)
            let running = try await scenario.start(reference, "--json", "-v", environment: Self.tokens)
            try await scenario.waitUntilServed(300_000)
            expectUnseen(secrets + (await signatures(scenario)), of: running, scenario)
            expectNowhere(secrets + (await signatures(scenario)), in: scenario.box)
            if engine == .aria2 {
                let daemon = try #require(scenario.aria2c.first)
                #expect(!ProcessTable.commandLine(daemon).contains("rpc-secret"))
                #expect(!ProcessTable.commandLine(daemon).contains("http"))
            }
            let outcome = await running.end()
            outcome.expectSuccess()
            let signatures = await signatures(scenario)
            #expect(!signatures.isEmpty)
            expectNowhere(secrets + signatures, in: scenario.box)
            for secret in secrets + signatures {
                #expect(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret))
            }
            // The content network would have refused it; it never saw one.
            for request in await scenario.requests("cdn") {
                #expect(
                    request.header("Authorization") == nil && request.header("Cookie") == nil
                        && request.header("Proxy-Authorization") == nil)
            }
            for request in await scenario.hub.requests() {
                let own = request.server == "civitai" ? "practice-civitai-token" : "practice-hf-token"
                for secret in secrets where secret != own {
                    #expect(!request.path.contains(secret) && !request.headers.contains { $0[1].contains(secret) })
                }
                #expect(!request.path.contains(own), "a token in a URL: \(request.path)")
            }
            let service = reference.hasPrefix("civitai") ? "civitai" : "hub"
            #expect(await scenario.requests(service).contains { $0.header("Authorization") != nil })
        }
    }

    @Test("is not in what a killed run leaves behind", arguments: Engine.allCases)
    func killed(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 6)) { scenario in
            let running = try await scenario.start("hf:practice/one/model.safetensors", "-x", "4", environment: Self.tokens)
            try await scenario.waitUntilRecorded(3 << 20, of: "model.safetensors")
            running.send(SIGKILL)
            _ = await running.end()
            #expect(await eventually(within: .seconds(3)) { scenario.aria2c.isEmpty })
            #expect(scenario.box.hasPartial("model.safetensors"))
            expectNowhere(Array(Self.tokens.values) + (await signatures(scenario)), in: scenario.box)
        }
    }

    @Test("in a refusal is not repeated", arguments: ["civitai:12357", "hf:practice/gated", "civitai:99999999"], [false, true])
    func refused(reference: String, json: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let tokens = ["CIVITAI_API_TOKEN": "wrong-civitai-token-1", "HF_TOKEN": "wrong-hf-token-2"]
            let outcome = try await scenario.run(["add", reference] + (json ? ["--json", "-v"] : ["-v"]), environment: tokens)
            #expect(outcome.code != 0)
            for token in tokens.values { #expect(!outcome.stdout.contains(token) && !outcome.stderr.contains(token)) }
        }
    }

    @Test("in a --header goes to the typed origin only, is wiped from the arguments, and warns", arguments: Engine.allCases)
    func header(engine: Engine) async throws {
        var configuration = HubConfiguration.small
        configuration.bytesPerSecondTotal = 600_000
        try await withScenario(engine, configuration) { scenario in
            // Without HF_ENDPOINT that is a link like any other; it leads from one origin to another.
            let url = scenario.at.hub + "/practice/gated/resolve/main/model.safetensors"
            var environment = scenario.environment
            environment["HF_ENDPOINT"] = nil
            let running = try await Fetchctl.start(
                ["add", "--header", "Authorization: Bearer practice-hf-token", url], environment: environment, cwd: scenario.box.work)
            try await scenario.waitUntilServed(300_000)
            expectUnseen(["practice-hf-token"], of: running, scenario)
            #expect(ProcessTable.commandLine(running.pid).contains("--header"))
            expectNowhere(["practice-hf-token"], in: scenario.box)
            let outcome = await running.end()
            outcome.expectSuccess()
            try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/gated", "model.safetensors"))
            #expect(await scenario.requests("hub", "/resolve/").allSatisfy { $0.header("Authorization") == "Bearer practice-hf-token" })
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil })
            #expect(outcome.stderr.split(separator: "\n").count { $0.hasPrefix("warning:") } == 1)
            expectNowhere(["practice-hf-token"], in: scenario.box)
            #expect(!outcome.stderr.contains("practice-hf-token"))
        }
    }

    @Test("in a --header that the bytes need is never given to aria2c: the builtin engine does it, said once", arguments: Engine.allCases)
    func headerForBytes(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let url = scenario.at.cdn + "/plain/practice.bin"
            let file = try scenario.box.write("X-Secret-Key: sesame-open-1\n", to: "headers.txt")
            let outcome = try await scenario.add(url, "--header", "@" + file, "-d", "out", "--json")
            outcome.expectSuccess()
            try scenario.expectFile("out/practice.bin", await scenario.hub.plainFile("practice.bin"))
            #expect(try outcome.event("finished")["engine"]?.string == "builtin")
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("X-Secret-Key") == "sesame-open-1" })
            #expect(!outcome.stdout.contains("sesame"))
            // From a file it was not visible to other users: no warning of that kind.
            #expect(try !outcome.events().contains { $0.name == "warning" && $0["kind"]?.string == "secret" })
        }
    }

    @Test("in a pasted CivitAI link is used, and never shown or kept", arguments: Engine.allCases)
    func pasted(engine: Engine) async throws {
        var configuration = HubConfiguration.small
        configuration.bytesPerSecondTotal = 600_000
        try await withScenario(engine, configuration) { scenario in
            let url = scenario.at.civitai + "/api/download/models/12346?token=practice-civitai-token"
            let running = try await scenario.start(url, "--json", environment: ["CIVITAI_API_TOKEN": "another-token-000"])
            try await scenario.waitUntilServed(200_000)
            expectUnseen(["practice-civitai-token"], of: running, scenario)
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(!outcome.stdout.contains("practice-civitai-token") && !outcome.stderr.contains("practice-civitai-token"))
            expectNowhere(["practice-civitai-token"], in: scenario.box)
            #expect(try outcome.events().count { $0.name == "warning" && $0["kind"]?.string == "secret" } == 1)
            #expect(await scenario.requests("civitai", "/api/download/").allSatisfy { !$0.path.contains("token") })
        }
    }

    @Test("in a link's user part, its query or a proxy's address is never shown or kept", arguments: Engine.allCases)
    func inURLs(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let host = scenario.at.cdn.dropFirst("http://".count)
            let secrets = ["pass-word-9", "sig-nature-8", "proxy-word-7"]
            let url = "http://someone:pass-word-9@\(host)/plain/practice.bin?X-Amz-Signature=sig-nature-8&sig=sig-nature-8"
            for arguments in [["-d", "a"], ["-d", "b", "--json", "-v"]] {
                let outcome = try await scenario.run(["add", url] + arguments)
                outcome.expectSuccess()
                for secret in secrets { #expect(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret)) }
            }
            // No process listens at port 1.
            let proxied = try await scenario.add(
                "http://example.invalid/x.bin", "--retries", "0", "--json",
                environment: ["http_proxy": "http://me:proxy-word-7@127.0.0.1:1"])
            #expect(proxied.code == 69)
            for secret in secrets { #expect(!proxied.stdout.contains(secret) && !proxied.stderr.contains(secret)) }
            expectNowhere(secrets, in: scenario.box)
        }
    }
}
