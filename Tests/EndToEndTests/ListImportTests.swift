import Foundation
import PracticeHub
import Testing

@Suite("An imported list of models")
struct ListImportTests {
    @Test("names the files of a folder by their records and hashes, and downloads the same bytes elsewhere")
    func folder() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.list("add", in: "", "hf:gpt-practice@main/config.json", "-d", "one/models/repo").expectSuccess()
            let model = try #require(await scenario.hub.civitaiFile(12345))
            try scenario.box.write(model.data, to: "one/models/checkpoints/renamed.safetensors")
            try scenario.box.write(model.data, to: "one/models/twin.safetensors")
            try scenario.box.write("nobody knows it", to: "one/models/mine.bin")
            let printed = try await scenario.list("import", in: "one", "models")
            printed.expectSuccess()
            #expect(printed.stdout.contains("# Not found: mine.bin, sha256 "))
            let written = try await scenario.list("import", in: "one", "models", "-o", "models.toml", "--json")
            written.expectSuccess()
            EventShape.expectGoodForm(try written.events())
            #expect(try written.event("summary")["changed"]?.int == 3)
            let text = String(decoding: try #require(scenario.box.data("one/models.toml")), as: UTF8.self)
            #expect(text == printed.stdout)
            #expect(text.contains("ref = \"hf:gpt-practice@") && text.contains("out = \"renamed.safetensors\""))
            #expect(text.components(separatedBy: "sha256 = \"\(model.sha256)\"").count == 3)
            try await scenario.list("import", in: "one", "models", "-o", "models.toml").expectFailure(73)
            // The folder is what the list says, and another one becomes so.
            try await scenario.list("sync", in: "one").expectSuccess()
            try scenario.box.write(text, to: "two/models.toml")
            try await scenario.list("sync", in: "two").expectSuccess()
            var one = scenario.contents("one/models")
            one["mine.bin"] = nil
            #expect(one == scenario.contents("two/models"))
            // What was there before the list is not the list's to prune.
            try scenario.box.write("", to: "one/models.toml")
            try await scenario.list("sync", in: "one", "--prune").expectSuccess()
            #expect(scenario.box.exists("one/models/twin.safetensors") && scenario.box.exists("one/models/repo/config.json"))
        }
    }

    @Test("knows the files of a cache of huggingface_hub without reading them")
    func cache() async throws {
        try await withScenario(.builtin) { scenario in
            let cache = scenario.hubCache
            try await scenario.add("hf:gpt-practice", "--include", "*.json", "--layout", "hf-cache").expectSuccess()
            await scenario.forgetRequests()
            let printed = try await scenario.run(["import", cache])
            printed.expectSuccess()
            #expect(printed.stdout.contains("layout = \"hf-cache\"") && printed.stdout.contains("ref = \"hf:gpt-practice@"))
            #expect(!printed.stdout.contains("Not found") && !printed.stdout.contains("dir ="))
            #expect(await scenario.hub.requests().isEmpty)
            try scenario.box.write(printed.stdout, to: "models.toml")
            let synced = try await scenario.run(["sync", "--json"])
            synced.expectSuccess()
            #expect(try synced.event("summary")["changed"]?.int == 0)
            try await scenario.run(["sync", "--check"]).expectSuccess()
        }
    }

    static let script = """
        #!/bin/sh
        wget -O models/a.safetensors https://example.com/a.safetensors
        aria2c -x16 -d models/loras -o b.bin 'https://example.com/b.bin?token=abcsecret' --checksum=sha-256=\(String(repeating: "ab", count: 32))
        curl -L -o "$DIR/c.bin" https://example.com/c.bin
        BASE=https://example.com/d; OUT=models/vae
        wget "$BASE/d.bin?token=$TOKEN" -P $OUT; wget ${BASE}/e.bin -P "$OUT"
        wget https://example.com/f.bin#part -P models
        hf download org/name --local-dir models/repo --include '*.json'
        """

    static let inputFile = """
        # models
        https://example.com/a.bin\thttps://mirror.example.com/a.bin
          dir=models
          out=a.bin
          split=16
        civitai:128078
          any-of=hf:org/name
          optional=true
        """

    static let workflow = """
        {"nodes": [{"id": 1, "properties": {"models": [
          {"name": "x.safetensors", "url": "https://example.com/x.safetensors", "directory": "checkpoints",
           "hash": "\(String(repeating: "AB", count: 32))", "hash_type": "SHA256"},
          {"name": "../y", "url": "https://example.com/y", "directory": "vae"}]}}],
         "models": [{"name": "x.safetensors", "url": "https://example.com/x.safetensors", "directory": "checkpoints"}]}
        """

    /// A file, its name, what the list has, and what it has not.
    static let files: [(name: String, text: String, has: [String], lacks: [String])] = [
        (
            "start.sh", script,
            [
                "ref = \"https://example.com/a.safetensors\"", "dir = \"models\"\nout = \"a.safetensors\"", "dir = \"models/loras\"",
                "out = \"b.bin\"", "sha256 = \"abab", "# line 3; its token or signature is left out", "# Not known before it runs, line 4:",
                "# Not known before it runs, line 6:", "# line 6\n[[model]]\nref = \"https://example.com/d/e.bin\"\ndir = \"models/vae\"",
                "ref = \"hf:org/name\"", "include = [\"*.json\"]", "layout = \"hf-local\"",
            ], ["abcsecret", "c.bin\"\n", "# line 7; its"]
        ),
        (
            "list.txt", inputFile,
            [
                "ref = \"https://example.com/a.bin\"", "mirror = [\"https://mirror.example.com/a.bin\"]", "out = \"a.bin\"",
                "any-of = [\"civitai:128078\", \"hf:org/name\"]", "optional = true", "split",
            ], ["16"]
        ),
        (
            "workflow.json", workflow,
            [
                "ref = \"https://example.com/x.safetensors\"", "dir = \"models/checkpoints\"\nout = \"x.safetensors\"",
                "sha256 = \"abab", "# Not a name for a file in a folder of models: vae/../y",
            ], ["[[model]]\nref = \"https://example.com/y\""]
        ),
        (
            "setup.ipynb",
            """
            {"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [],
              "source": ["!wget -P /content/models https://example.com/n.bin"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            """, ["ref = \"https://example.com/n.bin\"", "directory = \"/content/models\"", "# cell 1, line 1"], []
        ),
        (
            "hub.ipynb",
            """
            {"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": [
              "from huggingface_hub import hf_hub_download, snapshot_download\\n",
              "snapshot_download('org/name', allow_patterns=['*.json', 'x/*'], local_dir='models/repo', revision=None)\\n",
              "path = hf_hub_download(repo_id='org/one', filename='a.gguf', subfolder='q', revision='v1')\\n",
              "snapshot_download(repo)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            """,
            [
                "ref = \"hf:org/name\"", "include = [\"*.json\", \"x/*\"]", "layout = \"hf-local\"", "hf:org/one@v1", "q/a.gguf",
                "# Not known before it runs, cell 1, line 4",
            ], []
        ),
    ]

    @Test("holds what scripts, notebooks, input files and workflows name", arguments: files)
    func others(name: String, text: String, has: [String], lacks: [String]) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            try scenario.box.write(text, to: "in/\(name)")
            let outcome = try await scenario.run(["import", "in/\(name)"])
            outcome.expectSuccess()
            for part in has { #expect(outcome.stdout.contains(part), "\(part) in \(outcome.stdout)") }
            for part in lacks { #expect(!outcome.stdout.contains(part), "\(part) in \(outcome.stdout)") }
            #expect(await scenario.hub.requests().isEmpty)
            // It is a list.
            try scenario.box.write(outcome.stdout, to: "in/models.toml")
            try await scenario.list("tree", in: "in", "--outside").expectSuccess()
            #expect(
                try await SchemaChecker.check(scenario.box.path("in/models.toml"), by: "models.schema.json", in: scenario.box).code == 0)
        }
    }

    @Test("is refused where nothing can be made of it")
    func refused() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            try scenario.box.write("{\"a\": 1}", to: "odd.json")
            try scenario.box.write(Data([0xff, 0xfe, 0]), to: "odd.bin")
            #expect(mkfifo(scenario.box.path("pipe"), 0o600) == 0)
            let lines: [([String], Int32)] = [
                (["none"], 66), (["pipe"], 64), (["odd.json"], 64), (["odd.bin"], 64), (["odd.json", "--json"], 64), ([], 64),
                ([".", "-o", ""], 64),
            ]
            for (arguments, code) in lines { try await scenario.run(["import"] + arguments).expectFailure(code) }
            try scenario.box.write("#!/bin/sh\necho hello\n", to: "none.sh")
            let empty = try await scenario.run(["import", "none.sh"])
            empty.expectSuccess()
            #expect(empty.stderr.contains("none.sh names nothing to import."))
        }
    }

    @Test("and its lock are as the schemas in docs say, and what is wrong is not")
    func schemas() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write(PracticeList.text, to: "one/models.toml")
            try await scenario.list("lock", in: "one").expectSuccess()
            try await scenario.list("sync", in: "one").expectSuccess()
            for (file, schema) in [("models.toml", "models.schema.json"), ("models.lock", "models-lock.schema.json")] {
                let outcome = try await SchemaChecker.check(scenario.box.path("one/\(file)"), by: schema, in: scenario.box)
                #expect(outcome.code == 0, "\(outcome.story)")
            }
            for wrong in ["[[model]]\nname = \"x\"", "[[model]]\nref = \"a\"\nany-of = [\"b\"]", "[[model]]\nref = \"a\"\nsha256 = \"1\""] {
                try scenario.box.write(wrong, to: "wrong.toml")
                #expect(
                    try await SchemaChecker.check(scenario.box.path("wrong.toml"), by: "models.schema.json", in: scenario.box).code == 1)
            }
        }
    }
}
