import Foundation
import PracticeHub
import Testing

/// Lines as they are in set-up cells, for the services whose links they mostly hold.
@Suite("A set-up cell's line")
struct ServiceLineTests {
    static let tokens = ["CIVITAI_API_TOKEN": "practice-civitai-token", "HF_TOKEN": "practice-hf-token"]

    /// Words with spaces between them; `␣` is a space in a word.
    private func words(_ line: String, _ scenario: Scenario) -> [String] {
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

    @Test(
        "without the token that is needed fails as its tool does, says what to do, and leaves nothing",
        arguments: [
            ("aria2c -c -o x.safetensors https://civitai.com/api/download/models/12346", 24),
            ("wget -q -O x.safetensors https://civitai.com/api/download/models/12346", 6),
            ("curl -sSLo x.safetensors https://civitai.com/api/download/models/12346", 22),
            ("wget -nv -O x.safetensors {HF}/practice/gated/resolve/main/model.safetensors", 6),
            ("aria2c -o x.safetensors https://civitai.com/api/download/models/99999999", 3),
        ] as [(String, Int32)])
    func refused(line: String, code: Int32) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(words(line, scenario))
            #expect(outcome.code == code, "\(outcome.story)")
            #expect(outcome.stdout.isEmpty)
            #expect(outcome.stderr.contains("error: ") && outcome.stderr.contains("  do:  "))
            #expect(scenario.box.allFiles.isEmpty)
        }
    }

    @Test(
        "says of a rejected token that it was in the line",
        arguments: [
            "curl -sSfLo x -HAuthorization:␣Bearer␣hf_wrong {HF}/practice/gated/resolve/main/model.safetensors",
            "hf download practice/gated model.safetensors --token hf_wrong --local-dir d",
        ])
    func rejected(line: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(words(line, scenario))
            #expect(outcome.code != 0 && outcome.stderr.contains("rejects the token from this line"), "\(outcome.story)")
            #expect(!outcome.stderr.contains("from HF_TOKEN") && !outcome.stderr.contains("hf_wrong"), "\(outcome.story)")
        }
    }

    @Test("does not keep bytes with another hash than the published one", arguments: Engine.allCases)
    func wrongBytes(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.wrongBytes, match: "cdn/file/", times: 1000))
            let outcome = try await scenario.run(
                words("aria2c -c -o x.safetensors https://civitai.com/api/download/models/12345", scenario))
            #expect(outcome.code == 32, "\(outcome.story)")
            #expect(scenario.box.allFiles.isEmpty)
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

    @Test("ends with the signal's code, its partial kept", arguments: [("aria2c", 7), ("wget", 130), ("curl", 130)] as [(String, Int32)])
    func interrupted(tool: String, code: Int32) async throws {
        try await withScenario(.builtin, .paced(12, seconds: 6)) { scenario in
            let named = ["aria2c": "-o", "wget": "-O", "curl": "-Lo"][tool] ?? ""
            let line = words("\(tool) \(named) x.safetensors {HF}/practice/one/resolve/main/model.safetensors", scenario)
            let running = try await Fetchctl.start(line, environment: scenario.environment, cwd: scenario.box.work)
            try await scenario.waitUntilRecorded(1 << 20, of: "x.safetensors")
            running.send(SIGINT)
            let outcome = await running.end(timeout: 5)
            #expect(outcome.code == code, "\(outcome.story)")
            scenario.expectNoFile("x.safetensors")
            #expect(scenario.box.hasPartial("x.safetensors"))
        }
    }

    @Test(
        "puts up with any certificate where it says so, and never with a token",
        .requiresNginx,
        arguments: [
            ("aria2c --check-certificate=false -o x", 0, ""), ("wget --no-check-certificate -O x", 0, ""), ("curl -kLo x", 0, ""),
            ("aria2c -o x", 1, ""), ("wget -O x", 5, ""), ("curl -Lo x", 60, ""), ("curl --cacert {CA} -Lo x", 0, ""),
            ("wget --ca-certificate={CA} -O x", 0, ""), ("aria2c --ca-certificate={CA} -o x", 0, ""),
            ("aria2c --check-certificate=false -o x", 1, "--header=Authorization:␣Bearer␣abc"),
            ("wget --no-check-certificate -O x", 5, "--header=Authorization:␣Bearer␣abc"),
            ("curl -kLo x", 60, "-HAuthorization:␣Bearer␣abc"),
        ] as [(String, Int32, String)], Engine.allCases)
    func certificates(row: (line: String, code: Int32, header: String), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let authority = try await PracticeAuthority(in: scenario.box, names: "IP:127.0.0.1")
            let nginx = try Nginx(
                in: scenario.box, server: "ssl_certificate \(authority.certificate); ssl_certificate_key \(authority.key);", listen: "ssl")
            try nginx.put(ToolPeer.first, as: "a.bin")
            try await nginx.serving {
                let line = row.line.replacing("{CA}", with: authority.trust["FILE"] ?? "")
                let words = words(line, scenario) + ["https://127.0.0.1:\(nginx.port)/a.bin"] + words(row.header, scenario)
                let outcome = try await scenario.run(words)
                #expect(outcome.code == row.code, "\(outcome.story)")
                #expect(scenario.box.data("x") == (row.code == 0 ? ToolPeer.first : nil))
            }
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
        "takes a refusal for an answer after one more question, unless it says how often to ask",
        arguments: [
            ("curl -sfLo x", 22, 2), ("wget -qO x", 8, 2), ("aria2c -q -o x", 29, 2), ("gdown -qO x", 1, 2),
            ("curl -sf --retry 3 -Lo x", 22, 4),
            ("wget -q -t 1 -O x", 8, 1),
        ] as [(String, Int32, Int)])
    func refusals(line: String, code: Int32, questions: Int) async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "plain/", status: 503))
            let outcome = try await scenario.run(words(line, scenario) + [scenario.at.cdn + "/plain/practice.bin"])
            #expect(outcome.code == code, "\(outcome.story)")
            #expect(await scenario.requests("cdn").count == questions)
            #expect(scenario.box.allFiles.isEmpty)
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

    @Test(
        "says in curl's numbers how an answer broke off",
        arguments: [(.drop, 18), (.reset, 56)] as [(Fault.Kind, Int32)])
    func brokenOff(kind: Fault.Kind, code: Int32) async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFault(Fault(kind, match: "plain/", after: 0))
            let outcome = try await scenario.run(words("curl -sSLo x --retry 1", scenario) + [scenario.at.cdn + "/plain/practice.bin"])
            #expect(outcome.code == code, "\(outcome.story)")
            #expect(scenario.box.allFiles.isEmpty)
        }
    }

    /// aria2c 1.36 itself, asked the same of such a server.
    @Test(
        "says in aria2's numbers that an answer broke off which cannot be resumed",
        arguments: [
            ("aria2c -q -o x", false, 8), ("aria2c -q -c -o x", false, 8), ("aria2c -q -m 1 -o x", false, 1), ("aria2c -q -o x", true, 1),
        ] as [(String, Bool, Int32)])
    func cannotResume(row: (line: String, hasRanges: Bool, code: Int32)) async throws {
        try await withScenario(.builtin) { scenario in
            if !row.hasRanges { await scenario.hub.addFault(Fault(.ignoreRange, match: "plain/")) }
            await scenario.hub.addFault(Fault(.drop, match: "plain/", after: row.hasRanges ? 0 : 100_000))
            let outcome = try await scenario.run(words(row.line, scenario) + [scenario.at.cdn + "/plain/practice.bin"])
            #expect(outcome.code == row.code, "\(outcome.story)")
            scenario.expectNoFile("x")
        }
    }

    @Test("obeys its time limit")
    func late() async throws {
        try await withScenario(.builtin, .paced(12, seconds: 20)) { scenario in
            let late = try await scenario.run(words("curl -m 1.5 -Lo x {HF}/practice/one/resolve/main/model.safetensors", scenario))
            #expect(late.code == 28, "\(late.story)")
            scenario.expectNoFile("x")
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
