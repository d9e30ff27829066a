import Foundation
import PracticeHub
import Testing

/// Fleets of nodes that keep their files as `huggingface_hub` does, and of nodes that differ.
@Suite("A fleet of two")
struct FleetLayoutTests {
    private static let bigSize: Int64 = 20 << 20

    /// Two nodes fetch `practice/tiny`, with one large file more.
    private func withTwo(
        _ options: [String], _ environments: [[String: String]] = [[:], [:]], _ body: (Scenario, [Outcome]) async throws -> Void
    ) async throws {
        try await withScenario(.aria2) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            await scenario.hub.addFile(
                NewFile(.hub, name: "big.bin", size: Self.bigSize, seed: 11, repository: "practice/tiny"))
            let port = LoopbackServer.freePort()
            var nodes: [RunningProcess] = []
            for (number, extra) in environments.enumerated() {
                nodes.append(
                    try await Fetchctl.start(
                        ["add", "practice/tiny", "-d", "node\(number)"] + options + FleetTests.options(port, size: 2),
                        environment: scenario.environment.merging(extra) { $1 }, cwd: scenario.box.work))
            }
            var outcomes: [Outcome] = []
            for node in nodes {
                outcomes.append(await node.end(timeout: 90))
                outcomes.last?.expectSuccess()
            }
            let left = scenario.box.allFiles.filter { $0.contains(Sandbox.partialEnding) || $0.contains(".fleet/") }
            #expect(left.isEmpty, "\(left)")
            try await body(scenario, outcomes)
        }
    }

    /// On a quiet machine one copy; a member that is silent for 3 s counts as gone.
    private func expectOneCopy(_ scenario: Scenario) async {
        let total = Double(Self.bigSize + 8 << 20)
        let served = Double(await scenario.fileBytesServed())
        #expect(served <= 2 * total, "\(served / total) copies")
    }

    @Test("fills caches that huggingface_hub accepts", .requiresAria2c)
    func cache() async throws {
        _ = try HubPeer.newest.require()
        try await withTwo(["--layout", "hf-cache"]) { scenario, _ in
            await expectOneCopy(scenario)
            await scenario.forgetRequests()
            for number in 0..<2 {
                let cache = ["HF_HUB_CACHE": scenario.box.path("node\(number)")]
                let found = try await scenario.python(
                    .newest,
                    """
                    from huggingface_hub import snapshot_download as get
                    print(get('practice/tiny', local_files_only=True) == get('practice/tiny'))
                    """, environment: cache)
                #expect(found.stdout == "True\n", "\(found.stderr)")
                let verified = try await scenario.hf(
                    .newest, "cache", "verify", "practice/tiny", "--fail-on-missing-files", "--fail-on-extra-files", environment: cache)
                #expect(verified.code == 0, "\(verified.stdout)\(verified.stderr)")
            }
            #expect(await scenario.fileBytesServed() == 0)
        }
    }

    @Test("fills folders that hf download accepts", .requiresAria2c)
    func local() async throws {
        _ = try HubPeer.newest.require()
        try await withTwo(["--layout", "hf-local"]) { scenario, _ in
            await expectOneCopy(scenario)
            await scenario.forgetRequests()
            for number in 0..<2 {
                try scenario.expectFile("node\(number)/big.bin", await scenario.hub.hubFile("practice/tiny", "big.bin"))
                let theirs = try await scenario.hf(.newest, "download", "practice/tiny", "--local-dir", "node\(number)")
                #expect(theirs.code == 0, "\(theirs.stderr)")
            }
            #expect(await scenario.fileBytesServed() == 0)
        }
    }

    @Test("accepts a node without aria2c, which warns once", .requiresAria2c)
    func withoutAria2c() async throws {
        let bare = ["PATH": "/nowhere", "FETCHCTL_ENGINE": "auto"]
        try await withTwo([], [[:], bare]) { scenario, outcomes in
            for (number, outcome) in outcomes.enumerated() {
                for name in ["big.bin", "model.safetensors", "sub/dir/file.txt"] {
                    try scenario.expectFile("node\(number)/\(name)", await scenario.hub.hubFile("practice/tiny", name))
                }
                let said = try outcome.events().count { event in
                    event.name == "warning" && event["message"]?.string?.contains("works without aria2c") == true
                }
                #expect(said == number, "\(outcome.story)")
            }
            // Its own copy, and what the other one cannot get from it.
            #expect(await scenario.fileBytesServed() <= 3 * (Self.bigSize + 8 << 20))
        }
    }

    /// A node's aria2c, and what it is to be told of encryption.
    struct Encryption: Sendable, CustomTestStringConvertible {
        var repo: String
        var options: [String] = []
        var level: String
        var testDescription: String { "\(repo) \(options)" }
    }

    @Test(
        "encrypts what goes between its nodes where that is wanted, and for gated and private repos", .requiresAria2c,
        arguments: [
            Encryption(repo: "practice/one", level: "plain"), Encryption(repo: "practice/one", options: ["--fleet-encrypt"], level: "arc4"),
            Encryption(repo: "practice/gated", level: "arc4"), Encryption(repo: "practice/private", level: "arc4"),
        ])
    func encrypts(_ it: Encryption) async throws {
        try await withScenario(.aria2, .paced(8, seconds: 20), isIdle: true) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            // Keeps what aria2c reads from its standard input.
            let path = scenario.environment["PATH"] ?? ""
            let programs: [String] = path.split(separator: ":").map { "\($0)/aria2c" }
            let real = try #require(programs.first { access($0, X_OK) == 0 })
            try scenario.box.write(
                """
                #!/bin/sh
                case "$*" in
                *conf-path*) cat > "$HOME/conf.$$" && exec "\(real)" "$@" < "$HOME/conf.$$" ;;
                *) exec "\(real)" "$@" ;;
                esac

                """, to: "bin/aria2c")
            chmod(scenario.box.path("bin/aria2c"), 0o755)
            let token = [
                "HF_TOKEN": "practice-hf-token", "PATH": scenario.box.path("bin") + ":" + path,
            ]
            let node = try await Fetchctl.start(
                ["add", it.repo, "-d", "node"] + FleetTests.options(LoopbackServer.freePort(), size: 2) + it.options,
                environment: scenario.environment.merging(token) { $1 }, cwd: scenario.box.work)
            var levels: Set<String> = []
            await eventually {
                let home = scenario.box.home
                for name in (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? [] where name.hasPrefix("conf.") {
                    let text = (try? String(contentsOfFile: home + "/" + name, encoding: .utf8)) ?? ""
                    for line in text.split(separator: "\n") where line.hasPrefix("bt-min-crypto-level=") {
                        levels.insert(String(line.dropFirst("bt-min-crypto-level=".count)))
                    }
                }
                return !levels.isEmpty || node.hasEnded
            }
            #expect(levels == [it.level], "\(node.stdout)\(node.stderr)")
            node.send(SIGTERM)
            _ = await node.end()
        }
    }
}
