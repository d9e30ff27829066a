import Foundation
import PracticeHub
import Testing

@Suite("GitHub, ModelScope and Ollama")
struct OtherSourceTests {
    @Test(
        "give what a reference or a pasted link names, checked by the hash that they publish",
        arguments: [
            ("github:practice/models@v1.0/asset.safetensors", "asset.safetensors", "sha256"),
            ("https://github.com/practice/models/releases/download/v1.0/old%20asset.bin", "old asset.bin", "size"),
            ("https://github.com/practice/models/releases/download/rel/v2/slashed.bin", "slashed.bin", "sha256"),
            ("https://github.com/practice/models/blob/main/lfs.safetensors", "lfs.safetensors", "sha256"),
            ("https://github.com/practice/models/raw/main/plain.gguf", "plain.gguf", "size"),
            ("https://raw.githubusercontent.com/practice/models/main/dir/config%20file.json", "dir/config file.json", "size"),
        ], Engine.allCases)
    func gitHub(row: (reference: String, name: String, verified: String), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add(row.reference, "--json")
            outcome.expectSuccess()
            let file = (row.name as NSString).lastPathComponent
            try scenario.expectFile(file, scenario.hub.gitHubFile("practice/models", row.name))
            #expect(try outcome.event("finished")["verified"]?.string == row.verified)
            #expect(try outcome.event("resolved")["source"]?.string == "github")
        }
    }

    @Test(
        "open what is private to the token, which goes to the service and not to its storage",
        arguments: [
            ("github:practice/private@v1.0/secret.safetensors", "secret.safetensors"),
            ("https://github.com/practice/private/blob/main/hidden.bin", "hidden.bin"),
            ("https://github.com/practice/private/blob/main/hidden.safetensors", "hidden.safetensors"),
        ])
    func privateGitHub(reference: String, name: String) async throws {
        try await withScenario(.builtin) { scenario in
            let refused = try await scenario.add(reference, "--json")
            refused.expectFailure(66, kind: "not_found")
            #expect(refused.stdout.contains("GITHUB_TOKEN"))
            let outcome = try await scenario.add(reference, environment: ["GITHUB_TOKEN": "practice-github-token\n"])
            outcome.expectSuccess()
            try scenario.expectFile(name, scenario.hub.gitHubFile("practice/private", name))
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil })
        }
    }

    @Test("go on without a token that GitHub does not know, and without its API where that is used up")
    func gitHubTroubles() async throws {
        try await withScenario(.builtin) { scenario in
            let reference = "github:practice/models@v1.0/asset.safetensors"
            let outcome = try await scenario.add(reference, environment: ["GITHUB_TOKEN": "wrong-token-0123456789"])
            outcome.expectSuccess()
            #expect(outcome.stderr.contains("GITHUB_TOKEN") && !outcome.stderr.contains("wrong-token"))
            await scenario.hub.addFault(
                Fault(
                    .status, match: "github/api/v3", status: 403, headers: ["X-RateLimit-Remaining": "0"],
                    body: #"{"message":"API rate limit exceeded"}"#))
            let limited = try await scenario.add(reference, "-o", "again.safetensors", "--json")
            limited.expectSuccess()
            #expect(try limited.event("finished")["verified"]?.string == "size")
        }
    }

    @Test(
        "say what is not there",
        arguments: [
            ("github:practice/models@v1.0/asset.safetensor", "asset.safetensors"), ("github:practice/models@v9/asset.bin", "GITHUB_TOKEN"),
            ("github:practice/nothing@v1/a.bin", "GITHUB_TOKEN"), ("https://github.com/practice/models/blob/main/none.bin", "GITHUB_TOKEN"),
            ("modelscope:practice/nothing", "MODELSCOPE_API_TOKEN"), ("modelscope:practice/one@v7", "MODELSCOPE_API_TOKEN"),
            ("modelscope:practice/one/model.safetensor", "model.safetensors"), ("ollama:nothing", "tags"), ("ollama:practice:9b", "tags"),
            ("ollama:practice/pieces", "ollama pull practice/pieces:latest"),
        ])
    func notFound(reference: String, words: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add(reference, "--json")
            outcome.expectFailure(66, kind: "not_found")
            #expect(outcome.stdout.contains(words), "\(outcome.stdout)")
            #expect(scenario.box.files.isEmpty)
        }
    }

    @Test("ModelScope gives a repo, a folder or a file", arguments: Engine.allCases)
    func modelScope(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let whole = try await scenario.add("modelscope:practice/one", "--json")
            whole.expectSuccess()
            for name in ["config.json", "README.md", "model.safetensors", "vae/vae model.safetensors"] {
                try scenario.expectFile("one/" + name, scenario.hub.modelScopeFile(name))
            }
            #expect(try whole.events().filter { $0.name == "finished" }.allSatisfy { $0["verified"]?.string == "sha256" })
            try await scenario.add("https://modelscope.cn/models/practice/one/resolve/master/model.safetensors").expectSuccess()
            try scenario.expectFile("model.safetensors", scenario.hub.modelScopeFile("model.safetensors"))
            try await scenario.add("modelscope:practice/one/vae", "-d", "folder").expectSuccess()
            #expect(scenario.box.exists("folder/vae/vae model.safetensors"))
            #expect(!scenario.box.exists("folder/config.json"))
            let secret = ["MODELSCOPE_API_TOKEN": "practice-modelscope-token"]
            try await scenario.add("modelscope:practice/private/config.json", environment: secret).expectSuccess()
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil && $0.header("Cookie") == nil })
        }
    }

    @Test("Ollama gives a model's weights, and its other layers when they are asked for", arguments: Engine.allCases)
    func ollama(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("ollama:practice:1b", "--json")
            outcome.expectSuccess()
            #expect(try outcome.event("finished")["verified"]?.string == "sha256")
            try scenario.expectFile("practice-1b.gguf", scenario.hub.ollamaLayer("library/practice:1b", "model"))
            try await scenario.add("ollama:practice:1b", "--file", "all", "-d", "all").expectSuccess()
            #expect(
                scenario.box.files.filter { $0.hasPrefix("all/") } == [
                    "all/practice-1b.gguf", "all/practice-1b.license.2.txt", "all/practice-1b.license.txt", "all/practice-1b.params.json",
                    "all/practice-1b.template.txt",
                ])
            try await scenario.add("ollama:practice:1b", "--file", "template", "-o", "t.txt").expectSuccess()
            try await scenario.add("ollama:practice-vision").expectSuccess()
            try scenario.expectFile(
                "practice-vision-latest.projector.gguf", scenario.hub.ollamaLayer("library/practice-vision:latest", "projector"))
        }
    }

    @Test(
        "links that expire in the middle of a download are renewed",
        arguments: ["github:practice/models@v1.0/asset.safetensors", "ollama:practice:1b"])
    func expiry(reference: String) async throws {
        var configuration = HubConfiguration.small
        configuration.linkLifetime = 1
        configuration.bytesPerSecondTotal = 1 << 20
        try await withScenario(.builtin, configuration) { scenario in
            await scenario.hub.addFault(Fault(.drop, match: "cdn/model/", times: 1, skip: 1, after: 1 << 20))
            try await scenario.add(reference, "-o", "x.bin").expectSuccess()
            #expect(scenario.box.exists("x.bin"))
        }
    }
}
