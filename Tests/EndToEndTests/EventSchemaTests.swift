import Foundation
import PracticeHub
import Testing

@Suite("The lines of --json")
struct EventSchemaTests {
    /// What is typed, in this order, in one folder; `!` where it is to fail.
    private static let lines = [
        "add civitai:12344 hf:practice/sharded/config.json -d models --json", "!add civitai:99999999 civitai:12344 -d models --json",
        "!add not-a-reference --json", "add practice/quantised:Q4_K_M -d models --json", "add civitai:12345 -d elsewhere --dry-run --json",
        "add civitai:12344 -d again --dedupe --json", "info practice/quantised --json", "info civitai:12344 --json",
        "!info org/missing --json",
        "link models/m-Q4_K_M.gguf --layout lmstudio -d studio --json", "link models/m-Q4_K_M.gguf --layout lmstudio -d studio --json",
        "link models/m-Q4_K_M.gguf --layout plain -d copies --copy --dry-run --json", "!link practice/tiny --layout plain -d x --json",
        "verify models --json", "outdated models --json", "update models --json", "lock --json", "tree --json", "!sync --check --json",
        "sync --json", "import models -o made.toml --json", "cleanup models --json", "!add flow.json -d UI --json",
    ]

    @Test("of every command that has them are as the schema says, and doctor's object as its own")
    func schemas() async throws {
        try await withScenario(.builtin) { scenario in
            await ProgramLayoutTests.fill(scenario)
            try scenario.box.write("[[model]]\nref = \"civitai:12344\"\nout = \"list.safetensors\"\n", to: "models.toml")
            try scenario.box.write("{\"nodes\": [{\"properties\": {\"models\": [{\"name\": \"x\"}]}}]}", to: "flow.json")
            try scenario.box.write("half", to: "models/x.safetensors.fetchctl-part")
            try scenario.box.write("{}", to: "models/x.safetensors.fetchctl-part.json")
            // One of each event of each command: a schema's run costs most of a second.
            var kept: [String: String] = [:]
            for line in Self.lines {
                let words = line.split(separator: " ").map(String.init)
                let isWrong = line.hasPrefix("!")
                let outcome = try await scenario.run([isWrong ? String(words[0].dropFirst()) : words[0]] + words.dropFirst())
                #expect((outcome.code == 0) == !isWrong, "\(line): \(outcome.story)")
                let last = try outcome.events().last
                #expect(last?.name == "summary" && last?["code"]?.int == Int64(outcome.code), "\(line): \(outcome.story)")
                for (event, text) in zip(try outcome.events(), outcome.lines) { kept["\(words[0])-\(event.name)"] = text }
            }
            for event in [
                "link-linked", "link-would_link", "outdated-outdated", "cleanup-leftover", "!sync-difference", "add-finished",
                "info-summary", "!info-summary", "verify-summary", "outdated-summary", "cleanup-summary", "link-summary",
            ] {
                #expect(kept[event] != nil, "\(event) in \(kept.keys.sorted())")
            }
            let files = try kept.sorted { $0.key < $1.key }.enumerated().map { index, event in
                try scenario.box.write(event.value, to: "event-\(index)-\(event.key.filter { $0 != "!" }).json")
            }
            let checked = try await SchemaChecker.check(files, as: "json", by: "events.schema.json", in: scenario.box)
            #expect(checked.code == 0, "\(checked.story)")
            let doctor = try await scenario.run(["doctor", "--json"], timeout: 30)
            let file = try scenario.box.write(doctor.stdout, to: "doctor.json")
            let object = try await SchemaChecker.check([file], as: "json", by: "doctor.schema.json", in: scenario.box)
            #expect(object.code == 0, "\(object.story)")
            // A schema that takes anything would prove nothing.
            let wrong = try scenario.box.write(#"{"event": "finished", "time": "2026-01-01T00:00:00Z", "size": "1"}"#, to: "wrong.json")
            #expect(try await SchemaChecker.check([wrong], as: "json", by: "events.schema.json", in: scenario.box).code == 1)
        }
    }

    /// What is typed, and the schema of each line or object that it prints; `!` where it is to fail.
    private static let objects: [(line: String, schema: String, form: String)] = [
        ("!convert setup.ipynb start.sh Dockerfile odd.ipynb missing --json", "convert", "lines"),
        ("convert start.sh --write --json", "convert", "lines"),
        ("notebook convert setup.ipynb --json", "convert", "lines"), ("config show --json", "config", "object"),
        ("explain --json", "explain", "lines"), ("explain gated 75 --json", "explain", "lines"), ("whoami hf --json", "whoami", "object"),
        ("whoami civitai --json", "whoami", "object"),
    ]

    @Test("of convert, config, explain and whoami are as their schemas say", arguments: ["convert", "config", "explain", "whoami"])
    func objects(schema: String) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            try scenario.box.write("wget https://example.com/a\nwget $X | tar x\n", to: "start.sh")
            try scenario.box.write("FROM a\nRUN wget https://example.com/a\nCMD wget https://example.com/b\n", to: "Dockerfile")
            let cell =
                "{\"cell_type\": \"code\", \"metadata\": {}, \"outputs\": [], \"source\": [\"!wget https://h.example/a\\n\", \"!apt install aria2\"]}"
            try scenario.box.write("{\"cells\": [\(cell)], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}", to: "setup.ipynb")
            try scenario.box.write("{", to: "odd.ipynb")
            try scenario.box.write(
                "[download]\njobs = 3\n[[limit]]\nbetween = \"09:00-17:00\"\ndays = [\"mon\"]\nrate = \"1M\"\n", to: "config.toml")
            let environment = [
                "FETCHCTL_CONFIG": scenario.box.path("config.toml"), "HF_TOKEN": "practice-hf-token",
                "CIVITAI_API_TOKEN": "practice-civitai-token",
            ]
            var files: [String] = []
            for row in Self.objects where row.schema == schema {
                let isWrong = row.line.hasPrefix("!")
                let words = row.line.drop { $0 == "!" }.split(separator: " ").map(String.init)
                let outcome = try await scenario.run(words, environment: environment)
                #expect((outcome.code == 0) == !isWrong, "\(row.line): \(outcome.story)")
                #expect(!outcome.lines.isEmpty)
                for text in row.form == "lines" ? outcome.lines : [outcome.stdout] {
                    files.append(try scenario.box.write(text, to: "\(schema)-\(files.count).json"))
                }
            }
            let checked = try await SchemaChecker.check(files, as: "json", by: "\(schema).schema.json", in: scenario.box)
            #expect(checked.code == 0, "\(checked.story)")
            let wrong = try scenario.box.write(
                #"{"event": "left", "time": "2026-01-01T00:00:00Z", "jobs": "1", "kind": 1, "service": "x"}"#, to: "wrong.json")
            #expect(try await SchemaChecker.check([wrong], as: "json", by: "\(schema).schema.json", in: scenario.box).code == 1)
        }
    }
}
