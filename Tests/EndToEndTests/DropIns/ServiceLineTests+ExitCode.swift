import Foundation
import PracticeHub
import Testing

/// A line that fails ends with the exit code of its tool.
extension ServiceLineTests {
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
}
