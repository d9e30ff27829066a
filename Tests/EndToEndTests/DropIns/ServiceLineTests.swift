import Foundation
import PracticeHub
import Testing

/// Lines as they are in set-up cells, for the services whose links they mostly hold.
@Suite("A set-up cell's line")
struct ServiceLineTests {
    static let tokens = ["CIVITAI_API_TOKEN": "practice-civitai-token", "HF_TOKEN": "practice-hf-token"]

    /// Words with spaces between them; `␣` is a space in a word.
    func words(_ line: String, _ scenario: Scenario) -> [String] {
        line.split(separator: " ").map {
            $0.replacingOccurrences(of: "␣", with: " ").replacingOccurrences(of: "{HF}", with: scenario.at.hub)
                .replacingOccurrences(of: "{CIVITAI}", with: scenario.at.civitai)
        }
    }

    @Test(
        "for a CivitAI link takes the token from the environment, verifies, and puts the file where the line says",
        arguments: Engine.allCases,
        [
            "aria2c --console-log-level=error -c -x 16 -s 16 -k 1M https://civitai.com/api/download/models/12346 -d models -o m.safetensors",
            "aria2c -c -x16 -s16 -k1M -d models -o m.safetensors https://civitai.com/api/download/models/12346?type=Model",
            "aria2c -c {CIVITAI}/api/download/models/12346?type=Model&format=SafeTensor -d models -o m.safetensors",
            "aria2c https://civitai.com/models/6790?modelVersionId=12346 -d models -o m.safetensors",
            "curl -Lo models/m.safetensors --create-dirs https://civitai.com/api/download/models/12346?type=Model",
        ])
    func civitai(engine: Engine, line: String) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.run(words(line, scenario), environment: Self.tokens)
            #expect(outcome.code == 0, "\(outcome.story)")
            #expect(outcome.stdout.isEmpty)
            try scenario.expectFile("models/m.safetensors", await scenario.hub.civitaiFile(12346))
            #expect(outcome.stderr.contains("sha256") && outcome.stderr.contains("verified"))
            // No record, and nothing else beside it.
            #expect(scenario.box.allFiles == ["models/m.safetensors"])
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil })
        }
    }

    @Test(
        "keeps the name that its tool would give",
        arguments: [
            ("wget -q --content-disposition https://civitai.com/api/download/models/12345", "practice-model.safetensors"),
            (
                "wget -qnc --content-disposition --show-progress -e dotbytes=4M -P . https://civitai.com/api/download/models/12345?type=Model",
                "practice-model.safetensors"
            ),
            ("wget -q https://civitai.com/api/download/models/12345?type=Model", "12345?type=Model"),
            ("wget -q https://civitai.com/models/6789?modelVersionId=12345", "practice-model.safetensors"),
            ("aria2c -q https://civitai.com/api/download/models/12345?type=Model", "practice-model.safetensors"),
            ("curl -sLOJ https://civitai.com/api/download/models/12345", "practice-model.safetensors"),
            ("curl -sLO https://civitai.com/api/download/models/12345?type=Model", "12345"),
        ])
    func names(line: String, name: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(words(line, scenario))
            #expect(outcome.code == 0, "\(outcome.story)")
            #expect(outcome.stdout.isEmpty && outcome.stderr.isEmpty == !line.contains("--show-progress"), "\(outcome.story)")
            #expect(scenario.box.allFiles == [name])
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test(
        "for a Hugging Face link, a pasted page's too, gets the file",
        arguments: Engine.allCases,
        [
            "aria2c -c -x 16 -s 16 -k 1M https://huggingface.co/practice/gated/resolve/main/model.safetensors -d m -o x.safetensors",
            "aria2c -c https://huggingface.co/practice/gated/blob/main/model.safetensors -d m -o x.safetensors",
            "curl -L -o m/x.safetensors --create-dirs {HF}/practice/gated/resolve/main/model.safetensors?download=true",
            "wget -nv https://huggingface.co/practice/gated/resolve/main/model.safetensors -O m/x.safetensors",
        ])
    func hub(engine: Engine, line: String) async throws {
        try await withScenario(engine) { scenario in
            if line.hasPrefix("wget") {
                try FileManager.default.createDirectory(atPath: scenario.box.path("m"), withIntermediateDirectories: true)
            }
            let outcome = try await scenario.run(words(line, scenario), environment: Self.tokens)
            #expect(outcome.code == 0, "\(outcome.story)")
            try scenario.expectFile("m/x.safetensors", await scenario.hub.hubFile("practice/gated", "model.safetensors"))
            #expect(scenario.box.allFiles == ["m/x.safetensors"])
        }
    }

    @Test(
        "may have the token in a header, which reaches the typed service alone and is wiped from the arguments",
        arguments: Engine.allCases,
        [
            "aria2c --header=Authorization:␣Bearer␣practice-hf-token -o x.safetensors {HF}/practice/gated/resolve/main/model.safetensors",
            "wget --header Authorization:␣Bearer␣practice-hf-token -O x.safetensors {HF}/practice/gated/resolve/main/model.safetensors",
            "curl -fL -HAuthorization:␣Bearer␣practice-hf-token -o x.safetensors {HF}/practice/gated/resolve/main/model.safetensors",
            "curl -fL --oauth2-bearer practice-hf-token -o x.safetensors {HF}/practice/gated/resolve/main/model.safetensors",
            "curl -fsSLH Authorization:␣Bearer␣practice-civitai-token -o x.safetensors https://civitai.com/api/download/models/12346",
            "wget -O x.safetensors https://civitai.com/api/download/models/12346?token=practice-civitai-token",
        ])
    func header(engine: Engine, line: String) async throws {
        var configuration = HubConfiguration.small
        configuration.modelSize = 1 << 20
        configuration.bytesPerSecondTotal = 600_000
        try await withScenario(engine, configuration) { scenario in
            let running = try await Fetchctl.start(words(line, scenario), environment: scenario.environment, cwd: scenario.box.work)
            try await scenario.waitUntilServed(200_000)
            for pid in [running.pid] + scenario.aria2c { #expect(!ProcessTable.commandLine(pid).contains("practice-")) }
            let outcome = await running.end()
            #expect(outcome.code == 0, "\(outcome.story)")
            #expect(scenario.box.allFiles == ["x.safetensors"])
            #expect(
                await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil && !$0.path.contains("practice-hf-token") })
            #expect(!outcome.stderr.contains("practice-hf-token") && !outcome.stderr.contains("practice-civitai-token"))
            // curl -s is silent about it.
            if !line.contains("-fsSL") { #expect(outcome.stderr.contains("warning: a secret was on the command line")) }
        }
    }

    @Test("resumes after a kill, and from a file that another tool left under the final name", arguments: Engine.allCases)
    func carriesOn(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 3)) { scenario in
            let line = words("aria2c -c -x 2 -d m -o x.safetensors {HF}/practice/one/resolve/main/model.safetensors", scenario)
            let running = try await Fetchctl.start(line, environment: scenario.environment, cwd: scenario.box.work)
            try await scenario.waitUntilRecorded(2 << 20, of: "m/x.safetensors")
            running.send(SIGKILL)
            _ = await running.end()
            scenario.expectNoFile("m/x.safetensors")
            #expect(scenario.box.hasPartial("m/x.safetensors"))
            let again = try await scenario.run(line)
            #expect(again.code == 0 && again.stderr.contains("carrying on"), "\(again.story)")
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            try scenario.expectFile("m/x.safetensors", content)

            try scenario.box.write(content.data.prefix(9 << 20), to: "m/x.safetensors")
            let wget = try await scenario.run(
                words("wget -c {HF}/practice/one/resolve/main/model.safetensors -O m/x.safetensors", scenario))
            #expect(wget.code == 0 && wget.stderr.contains("carrying on"), "\(wget.story)")
            try scenario.expectFile("m/x.safetensors", content)

            // A page that was saved as the model is nothing to resume.
            try scenario.box.write("<!doctype html><html>log in", to: "m/x.safetensors")
            let mended = try await scenario.run(
                words("wget -c {HF}/practice/one/resolve/main/model.safetensors -O m/x.safetensors", scenario))
            #expect(mended.code == 0 && !mended.stderr.contains("carrying on"), "\(mended.story)")
            try scenario.expectFile("m/x.safetensors", content)
        }
    }

    @Test("reads a list from standard input, and falls back on mirrors")
    func several() async throws {
        try await withScenario(.builtin) { scenario in
            let url = scenario.at.cdn + "/plain/practice.bin"
            let list = "\(url)\n  out=one.bin\n\(scenario.at.cdn)/nothing\t\(url)\n  out=two.bin\n"
            let outcome = try await scenario.run(["aria2c", "-q", "-i", "-"], stdin: list)
            #expect(outcome.code == 0, "\(outcome.story)")
            try scenario.expectFile("one.bin", await scenario.hub.plainFile("practice.bin"))
            try scenario.expectFile("two.bin", await scenario.hub.plainFile("practice.bin"))
        }
    }

    @Test(
        "asks the proxy of a scheme for links of that scheme alone",
        arguments: Engine.allCases,
        [
            ("wget -q -t 1 -e https_proxy=http://127.0.0.1:1 -O x", 0), ("aria2c -q -m 1 --https-proxy=http://127.0.0.1:1 -o x", 0),
            ("wget -q -t 1 -e http_proxy=http://127.0.0.1:1 -O x", 4), ("aria2c -q -m 1 --http-proxy=http://127.0.0.1:1 -o x", 1),
        ] as [(String, Int32)])
    func proxies(engine: Engine, row: (line: String, code: Int32)) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.run(
                words(row.line, scenario) + [scenario.at.cdn + "/plain/practice.bin"], environment: ["no_proxy": "", "NO_PROXY": ""])
            #expect(outcome.code == row.code, "\(outcome.story)")
            if row.code == 0 { try scenario.expectFile("x", await scenario.hub.plainFile("practice.bin")) }
        }
    }

    @Test("warns once of options that change nothing of what lands")
    func ignored() async throws {
        try await withScenario(.builtin) { scenario in
            let line = "aria2c --save-session=s --force-save=true -o x.safetensors https://civitai.com/api/download/models/12345"
            let outcome = try await scenario.run(words(line, scenario))
            #expect(outcome.code == 0)
            let warnings = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("warning:") }
            #expect(warnings.count == 1 && warnings[0].contains("--save-session, --force-save"), "\(outcome.stderr)")
        }
    }
}
