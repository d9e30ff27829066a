import Foundation
import PracticeHub
import Testing

@Suite("The download of a file")
struct AddTests {
    @Test("from CivitAI: exact bytes, one path on standard output, nothing else left", arguments: Engine.allCases)
    func civitai(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let name = "practice-model.safetensors"
            let outcome = try await scenario.add("civitai:12345")
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path(name) + "\n")
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(scenario.box.allFiles == [".fetchctl/\(name).json", name])
            // What it is has been shown before a byte moved.
            #expect(outcome.stderr.contains("Practice Model"))
            #expect(await scenario.hub.civitaiDownloads(12345) == 1)
            let record = try #require(scenario.box.record(name))
            #expect(record["sha256"]?.string == (await scenario.hub.civitaiFile(12345)?.sha256))
            #expect(record["size"]?.int == 6 << 20)
            #expect(record["reference"]?.string?.contains("12345") == true)
        }
    }

    @Test("from a Hub repo: one file", arguments: Engine.allCases)
    func hubFile(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:practice/one/model.safetensors")
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("model.safetensors") + "\n")
            try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
        }
    }

    static let tiny = ["README.md", "config.json", "model.safetensors", "sub/dir/file.txt", "tokenizer.json"]

    @Test("from a Hub repo: all of it, in a folder of its name", arguments: Engine.allCases)
    func hubRepo(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("practice/tiny")
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("tiny") + "\n")
            #expect(scenario.box.files == Self.tiny.map { "tiny/\($0)" })
            for path in Self.tiny { try scenario.expectFile("tiny/\(path)", await scenario.hub.hubFile("practice/tiny", path)) }
        }
    }

    @Test("from a Hub repo: all of it, straight into the directory that was named", arguments: Engine.allCases)
    func hubRepoInDirectory(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:practice/tiny", "-d", "here/and there")
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("here/and there") + "\n")
            #expect(scenario.box.files == Self.tiny.map { "here/and there/\($0)" })
        }
    }

    @Test("several repos in one batch each get a folder, a directory named or not", arguments: Engine.allCases)
    func severalRepos(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:practice/tiny", "hf:gpt-practice", "-d", "models")
            outcome.expectSuccess()
            #expect(outcome.lines == ["models/tiny", "models/gpt-practice"].map(scenario.box.path))
            #expect(
                scenario.box.files == ["models/gpt-practice/config.json", "models/gpt-practice/model.safetensors"]
                    + Self.tiny.map { "models/tiny/\($0)" })
        }
    }

    @Test("from a folder of a repo", arguments: Engine.allCases)
    func hubFolder(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:practice/tiny/sub/", "-d", "out")
            outcome.expectSuccess()
            #expect(scenario.box.files == ["out/sub/dir/file.txt"])
        }
    }

    @Test("from a dataset", arguments: Engine.allCases)
    func dataset(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:datasets/practice/data")
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("data") + "\n")
            #expect(scenario.box.files == ["data/README.md", "data/data/index.json", "data/data/train.parquet"])
            try scenario.expectFile("data/data/train.parquet", PracticeFile(kind: .bytes, size: 2 << 20, seed: 106))
        }
    }

    @Test("from a repo of one word, with the revision", arguments: Engine.allCases)
    func oneWord(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:gpt-practice@main/config.json", "hf:gpt-practice@main/model.safetensors")
            outcome.expectSuccess()
            #expect(outcome.lines == ["config.json", "model.safetensors"].map(scenario.box.path))
            for path in ["config.json", "model.safetensors"] {
                try scenario.expectFile(path, await scenario.hub.hubFile("gpt-practice", path))
            }
        }
    }

    @Test("from a direct link", arguments: Engine.allCases)
    func direct(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add(scenario.at.cdn + "/plain/practice.gguf")
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("practice.gguf") + "\n")
            try scenario.expectFile("practice.gguf", await scenario.hub.plainFile("practice.gguf"))
        }
    }

    @Test("small and empty ones too", arguments: Engine.allCases)
    func small(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFile(NewFile(.plain, name: "one-byte.bin", size: 1))
            let plain = scenario.at.cdn + "/plain/"
            let outcome = try await scenario.add(plain + "empty.bin", plain + "small.bin", plain + "one-byte.bin")
            outcome.expectSuccess()
            for name in ["empty.bin", "small.bin", "one-byte.bin"] { try scenario.expectFile(name, await scenario.hub.plainFile(name)) }
        }
    }

    @Test("under names of any letters", arguments: Engine.allCases)
    func names(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("practice/names", "civitai:12355")
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path("names"), scenario.box.path("Übungs Modell (日本語) [fp16].safetensors")])
            for path in ["a file with spaces.txt", "ümläut/日本語.txt", "100%.txt", "a+b&c=d#e?f.txt", "weights (fp16) [v1].safetensors"] {
                try scenario.expectFile("names/\(path)", await scenario.hub.hubFile("practice/names", path))
            }
        }
    }

    @Test("under the name and in the directory that were asked for", arguments: Engine.allCases)
    func named(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let relative = try await scenario.add("civitai:12354", "-d", "new/folder", "-o", "mine.safetensors")
            relative.expectSuccess()
            #expect(relative.stdout == scenario.box.path("new/folder/mine.safetensors") + "\n")
            let absolute = try await scenario.add("civitai:12354", "-o", scenario.box.path("else where/x.safetensors"))
            absolute.expectSuccess()
            #expect(absolute.stdout == scenario.box.path("else where/x.safetensors") + "\n")
            let glued = try await scenario.add("-dglued", "-x2", "-j3", "--", "civitai:12354")
            glued.expectSuccess()
            #expect(
                scenario.box.files
                    == ["glued/practice-embedding.safetensors", "else where/x.safetensors", "new/folder/mine.safetensors"].sorted())
        }
    }

    @Test("in the configured directory when none is named")
    func configuredDirectory() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("civitai:12354", environment: ["FETCHCTL_DIRECTORY": "models"])
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("models/practice-embedding.safetensors") + "\n")
        }
    }

    @Test("with the permissions that the umask leaves, and none more", arguments: Engine.allCases)
    func modes(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            // The mask is this process's own and never changed: what a plain file of ours gets, theirs gets.
            let probe = open(scenario.box.path("probe"), O_CREAT | O_WRONLY | O_CLOEXEC, 0o666)
            close(probe)
            mkdir(scenario.box.path("folder"), 0o777)
            try await scenario.add("civitai:12354", "-d", "new").expectSuccess()
            #expect(try scenario.box.mode("new/practice-embedding.safetensors") == scenario.box.mode("probe"))
            #expect(try scenario.box.mode("new") == scenario.box.mode("folder"))
        }
    }

    @Test("of the bytes that --sha256 and a published hash promise, said so", arguments: Engine.allCases)
    func said(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let file = try #require(await scenario.hub.plainFile("practice.bin"))
            let url = scenario.at.cdn + "/plain/practice.bin"
            let promised = try await scenario.add(url, "--sha256", file.sha256.uppercased(), "-d", "a", "--json")
            promised.expectSuccess()
            #expect(try promised.event("finished")["verified"]?.string == "sha256")
            let unpublished = try await scenario.add(url, "-d", "b", "--json")
            unpublished.expectSuccess()
            #expect(try unpublished.event("finished")["verified"]?.string == "size")
            #expect(try unpublished.event("finished")["sha256"]?.string == file.sha256)
            let unhashed = try await scenario.add(url, "-d", "c", "--json", "--no-verify")
            unhashed.expectSuccess()
            #expect(try unhashed.event("finished")["sha256"]?.isNull == true)
        }
    }
}
