import Foundation
import PracticeHub
import Testing

@Suite("Typed references")
struct ReferenceTests {
    /// `CIVITAI` and `HUB` stand for the services' addresses in the test.
    static let civitaiForms = [
        "civitai:12354", "civitai:6798@12354", "civitai:6798@latest", "civitai:models/6798", "civitai:6798@12354+123540",
        "urn:air:sd1:embedding:civitai:6798@12354", "air:sd1:embedding:civitai:6798@12354",
        "https://civitai.com/models/6798?modelVersionId=12354",
        "https://civitai.com/models/6798/practice-embedding", "civitai.com/models/6798",
        "https://civitai.red/models/6798?modelVersionId=12354",
        "https://civitai.com/api/download/models/12354", "https://civitai.com/api/v1/model-versions/12354",
        "CIVITAI/models/6798?modelVersionId=12354",
    ]

    @Test("gets the same CivitAI file by every form of its name", arguments: Self.civitaiForms)
    func civitai(reference: String) async throws {
        try await withScenario(.builtin) { scenario in
            let reference = reference.replacingOccurrences(of: "CIVITAI", with: scenario.at.civitai)
            let outcome = try await scenario.add(reference, "--json")
            outcome.expectSuccess()
            try scenario.expectFile("practice-embedding.safetensors", await scenario.hub.civitaiFile(12354))
            // Whichever form it was: the record says what it is, so that another form skips it.
            let second = try await scenario.add("civitai:12354", "--json")
            #expect(try second.event("skipped")["reason"]?.string == "complete")
        }
    }

    static let hubForms = [
        "hf:practice/tiny/sub/dir/file.txt", "hf:practice/tiny@main/sub/dir/file.txt", "hf://practice/tiny/sub/dir/file.txt",
        "https://huggingface.co/practice/tiny/blob/main/sub/dir/file.txt",
        "https://hf.co/practice/tiny/resolve/main/sub/dir/file.txt?download=true",
        "huggingface.co/practice/tiny/raw/main/sub/dir/file.txt", "HUB/practice/tiny/resolve/main/sub/dir/file.txt",
        "hf:practice/renamed/sub/dir/file.txt",
        "hf:practice/tiny@refs/pr/1/sub/dir/file.txt", "hf:practice/tiny@v1/sub/dir/file.txt",
    ]

    @Test("gets the same Hub file by every form of its name", arguments: Self.hubForms)
    func hub(reference: String) async throws {
        try await withScenario(.builtin) { scenario in
            let reference = reference.replacingOccurrences(of: "HUB", with: scenario.at.hub)
            let outcome = try await scenario.add(reference, "--json")
            outcome.expectSuccess()
            try scenario.expectFile("file.txt", await scenario.hub.hubFile("practice/tiny", "sub/dir/file.txt"))
            // Pinned to a commit, not to a branch that moves.
            let pinned = try outcome.event("resolved")["metadata"]?["pinned"]?.string
            #expect(pinned?.contains(/@[0-9a-f]{40}\//) == true, "\(pinned ?? "")")
        }
    }

    @Test("may be a hash")
    func hash() async throws {
        try await withScenario(.builtin) { scenario in
            let file = try #require(await scenario.hub.civitaiFile(12354))
            try await scenario.add("sha256:" + file.sha256).expectSuccess()
            try scenario.expectFile("practice-embedding.safetensors", file)
        }
    }

    @Test("may be a number of two things: the version is taken, and one warning names the model")
    func ambiguous() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("civitai:4321")
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("other-number.safetensors") + "\n")
            let warnings = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("warning:") }
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("civitai:models/4321") == true)
        }
    }

    @Test("may leave the version open: it says which one it chose")
    func newest() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("civitai:models/6789", "--dry-run")
            outcome.expectSuccess()
            #expect(outcome.stderr.contains("12345"))
        }
    }

    @Test(
        "chooses among a version's files",
        arguments: [
            ([], [123_471]), (["--fp", "fp32"], [123_472]), (["--size", "full"], [123_472]), (["--file", "123473"], [123_473]),
            (["--file", "practice-twin.vae.safetensors"], [123_473]), (["--file", "all"], [123_471, 123_472, 123_473]),
        ] as [([String], [Int])])
    func choice(options: [String], files: [Int]) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["add", "civitai:12347", "--json"] + options)
            outcome.expectSuccess()
            var expected: Set<String> = []
            for file in files { expected.insert(try #require(await scenario.hub.civitaiFile(12347, file: file)).sha256) }
            let got = try outcome.events().filter { $0.name == "finished" }.compactMap { $0["sha256"]?.string }
            #expect(Set(got) == expected)
            #expect(got.count == expected.count)
        }
    }

    @Test("may be a dangerous pickle: refused, unless it is accepted by name")
    func danger() async throws {
        try await withScenario(.builtin) { scenario in
            let refused = try await scenario.add("civitai:12352")
            #expect(refused.code == 65 || refused.code == 77)
            refused.expectFailure(refused.code)
            #expect(refused.stderr.contains("--allow-unsafe"))
            #expect(!refused.stderr.contains("choose another file (123520"), "there is no other file: \(refused.stderr)")
            #expect(await scenario.requests("cdn").isEmpty)
            try await scenario.add("civitai:12352", "--allow-unsafe").expectSuccess()
        }
    }

    @Test("is filtered by patterns and revision")
    func filters() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "-d", "a", "--include", "*.json", "--exclude", "tok*").expectSuccess()
            try await scenario.add("practice/tiny", "-d", "b", "--include", "sub/", "--revision", "dev").expectSuccess()
            try await scenario.add("practice/tiny", "-d", "c", "--revision", "dev", "--exclude", "*.safetensors", "--exclude", "*.json")
                .expectSuccess()
            #expect(scenario.box.files == ["a/config.json", "b/sub/dir/file.txt", "c/README.md", "c/dev-only.txt", "c/sub/dir/file.txt"])
        }
    }

    @Test("may be a repo of many files and pages", arguments: Engine.allCases)
    func many(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("practice/many", "--include", "part-2/24*")
            outcome.expectSuccess()
            #expect(scenario.box.files.count == 100)
            #expect(scenario.box.data("many/part-2/2499.txt") == Data("file 2499\n".utf8))
        }
    }

    @Test(
        "a server's name for the file leads nowhere else",
        arguments: ["../../evil.bin", "/etc/evil.bin", "..", ".", "a/b.bin", "..\\evil.bin"])
    func disposition(name: String) async throws {
        try await withScenario(.builtin) { scenario in
            let value = "attachment; filename=\"\(name)\"".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let outcome = try await scenario.add(scenario.at.cdn + "/plain/small.bin?disposition=" + value, "-d", "in/side")
            #expect(scenario.box.files.allSatisfy { $0.hasPrefix("in/side/") && !$0.dropFirst(8).contains("/") }, "\(scenario.box.files)")
            if outcome.code == 0 { #expect(scenario.box.files.count == 1) } else { outcome.expectFailure(73) }
        }
    }

    @Test("a repo that is gated is refused once, not for each of its files", arguments: Engine.allCases)
    func gatedRepo(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:practice/gated")
            outcome.expectFailure(77)
            #expect(Complaint.all(in: outcome.stderr).count == 1)
        }
    }
}
