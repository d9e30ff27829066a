import Foundation
import PracticeHub
import Testing

/// A set-up cell as old notebooks have it, run as it is with our links first on PATH.
@Suite("An old notebook")
struct OldNotebookTests {
    private static let cell = #"""
        # What such cells begin with; the addresses are those of the practice hub.
        set -o pipefail
        cd "$ROOT"
        mkdir -p models/Stable-diffusion models/VAE models/Lora extra

        # camenduru's shape, by the thousand
        aria2c --console-log-level=error -c -x 16 -s 16 -k 1M $HUB/practice/one/resolve/main/model.safetensors -d $ROOT/models/Stable-diffusion -o model.safetensors && echo one
        aria2c --console-log-level=error -c -x16 -s16 -k1M -d models/VAE -o vae.safetensors "$HUB/practice/gated/resolve/main/model.safetensors" && echo two
        # a CivitAI link whose end an unquoting shell has cut away
        aria2c --console-log-level=warn -c -k 1M -s 16 -x 16 -d / -o "$ROOT/models/Lora/lora.safetensors" $CIVITAI/api/download/models/12346?type=Model && echo three
        printf '%s\n  out=README.md\n  dir=extra\n%s\n  out=config.json\n  dir=extra\n' $HUB/practice/tiny/resolve/main/README.md $HUB/practice/tiny/resolve/main/config.json > list.txt
        aria2c --console-log-level=error -c -x 16 -s 16 -k 1M -j5 -i list.txt && echo four

        # wget and curl
        wget -q -O extra/tokenizer.json $HUB/practice/tiny/resolve/main/tokenizer.json && echo five
        wget -c -q $HUB/practice/tiny/resolve/main/sub/dir/file.txt -P extra/ && echo six
        curl -sLo extra/app.py $HUB/spaces/practice/space/resolve/main/app.py && echo seven
        curl -fsSL --max-redirs 10 -H "Authorization: Bearer $HF_TOKEN" -o extra/private.md $HUB/practice/private/resolve/main/README.md && echo eight

        # Google Drive, with the options of before
        gdown --fuzzy -O extra/large.safetensors "https://drive.google.com/file/d/$LARGE/view?usp=sharing" && echo nine
        gdown --id $SMALL -O extra/ -q && echo ten

        # Hugging Face's own, under both names
        huggingface-cli download practice/tiny --local-dir repo --local-dir-use-symlinks False --include "*.json" "*.md" --quiet > /dev/null && echo eleven
        cp "$(hf download practice/data data/index.json --repo-type dataset --quiet)" extra/index.json && echo twelve

        # what is there is left alone, and what is not leaves nothing
        [ -f models/VAE/vae.safetensors ] || echo "no vae"
        wget -q -O extra/nope.bin $HUB/practice/tiny/resolve/main/nope.bin || echo "no nope: $?"
        aria2c -q -c -x 16 -s 16 -k 1M -d extra -o nope.bin $HUB/practice/nope/resolve/main/nope.bin || echo "no nope either"
        """#

    private static let said =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"].joined(separator: "\n")
        + "\nno nope: 8\nno nope either\n"

    @Test("runs unchanged, and again without fetching anything again", arguments: [true, false])
    func unchanged(withAria2c: Bool) async throws {
        if withAria2c { try Engine.aria2.require() }
        try await withScenario(.builtin) { scenario in
            let root = try scenario.folder("content")
            let environment = try Self.environment(scenario, root, withAria2c: withAria2c)
            let made = try await scenario.run(["shims", "\(scenario.box.root)/shims"])
            #expect(made.code == 0, "\(made.stderr)")
            let bash = try #require(Self.program("bash"))
            let first = try await RunningProcess(bash, ["-c", Self.cell], environment: environment, cwd: root).end(timeout: 120)
            // wget leaves the empty file that it had opened: `-O` is the shell's `>`.
            #expect(first.stdout == Self.said, "\(first.stderr)")
            let files = Aftermath(first, in: root).files
            func content(_ repo: String, _ path: String) async throws -> Data { try #require(await scenario.hub.hubFile(repo, path)).data }
            let expected: [String: Data] = [
                "models/Stable-diffusion/model.safetensors": try await content("practice/one", "model.safetensors"),
                "models/VAE/vae.safetensors": try await content("practice/gated", "model.safetensors"),
                "models/Lora/lora.safetensors": try #require(await scenario.hub.civitaiFile(12346)).data,
                "extra/README.md": try await content("practice/tiny", "README.md"),
                "extra/config.json": try await content("practice/tiny", "config.json"),
                "extra/tokenizer.json": try await content("practice/tiny", "tokenizer.json"),
                "extra/file.txt": try await content("practice/tiny", "sub/dir/file.txt"),
                "extra/app.py": try await content("practice/space", "app.py"),
                "extra/private.md": try await content("practice/private", "README.md"),
                "extra/large.safetensors": try #require(scenario.hub.driveFile("Large")).content.data,
                "extra/practice small.bin": try #require(scenario.hub.driveFile("Small")).content.data,
                "repo/README.md": try await content("practice/tiny", "README.md"),
                "repo/config.json": try await content("practice/tiny", "config.json"),
                "repo/tokenizer.json": try await content("practice/tiny", "tokenizer.json"),
                "extra/index.json": try await content("practice/data", "data/index.json"),
            ]
            let wrong = expected.keys.filter { files[$0] != expected[$0] }.sorted()
            #expect(wrong.isEmpty, "\(wrong) of \(files.keys.sorted())\n\(first.stderr)")
            let others = Set(files.keys).subtracting(expected.keys).subtracting(["list.txt", "extra/nope.bin"])
            #expect(others.isEmpty, "\(others)")
            // No token went anywhere but to the service that it is for.
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil })

            await scenario.forgetRequests()
            let again = try await RunningProcess(bash, ["-c", Self.cell], environment: environment, cwd: root).end(timeout: 120)
            #expect(again.stdout == Self.said, "\(again.stderr)")
            #expect(await scenario.requests("cdn", "model.safetensors").reduce(0) { $0 + $1.bodyBytesSent } < 1 << 20)
            #expect(Aftermath(again, in: root).files == files)
        }
    }

    /// Our links first, then what a cell needs of the system, and of the tools at most aria2c.
    private static func environment(_ scenario: Scenario, _ root: String, withAria2c: Bool) throws -> [String: String] {
        let bin = "\(scenario.box.root)/bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        for name in ["mkdir", "cp", "cat", "true"] + (withAria2c ? ["aria2c"] : []) {
            try FileManager.default.createSymbolicLink(atPath: "\(bin)/\(name)", withDestinationPath: try #require(program(name)))
        }
        var environment = scenario.environment
        environment["FETCHCTL_ENGINE"] = nil
        environment["PATH"] = "\(scenario.box.root)/shims:\(bin)"
        environment["ROOT"] = root
        environment["HUB"] = scenario.at.hub
        environment["CIVITAI"] = scenario.at.civitai
        environment["HF_TOKEN"] = "practice-hf-token"
        environment["CIVITAI_API_TOKEN"] = "practice-civitai-token"
        environment["LARGE"] = scenario.hub.driveFile("Large")?.id
        environment["SMALL"] = scenario.hub.driveFile("Small")?.id
        return environment
    }

    private static func program(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
