import Foundation
import PracticeHub
import Testing

/// `fetchctl hf` and `huggingface-cli` beside the real ones.
@Suite("An hf line")
struct HubDropInTests {
    @Test(
        "leaves, prints and answers what hf leaves, prints and answers",
        arguments: [
            // Into a folder.
            DropInLine("practice/tiny --local-dir d"), DropInLine("practice/tiny config.json --local-dir d"),
            DropInLine("practice/tiny sub/dir/file.txt --local-dir d -q"), DropInLine("practice/tiny config.json README.md --local-dir d"),
            DropInLine("practice/tiny sub/ --local-dir d -q"), DropInLine("practice/tiny sub/ config.json --local-dir d"),
            DropInLine("practice/tiny --include *.json --exclude tok* --local-dir d --quiet"),
            DropInLine("practice/tiny --include=*.json --include *.md --local-dir=./d/../e --quiet"),
            DropInLine("practice/tiny --include sub/ --local-dir d"), DropInLine("practice/tiny --include *.nope --local-dir d"),
            DropInLine("practice/tiny config.json --include *.md --local-dir . -q"),
            DropInLine("practice/tiny --local-dir d config.json"),
            DropInLine("practice/data --repo-type dataset --local-dir d"), DropInLine("practice/space --type space app.py --local-dir d"),
            DropInLine("datasets/practice/data data/index.json --local-dir d"),
            DropInLine("hf://datasets/practice/data@v1/data/index.json --local-dir d -q"), DropInLine("hf://practice/tiny --local-dir d"),
            DropInLine("practice/renamed config.json --local-dir d --json"), DropInLine("practice/names --local-dir d --format agent"),
            DropInLine("practice/gated README.md --local-dir d --token practice-hf-token"),
            DropInLine("practice/private --local-dir d --token=practice-hf-token -q"),
            // What is there already.
            DropInLine("practice/tiny config.json --local-dir d", before: ["d/config.json": "other\n"]),
            DropInLine("practice/tiny --include *.safetensors --local-dir d", before: ["d/model.safetensors": "other\n", "d/x": "mine\n"]),
            // Into the cache.
            DropInLine("practice/tiny"), DropInLine("practice/tiny config.json --quiet"),
            DropInLine("practice/tiny --include *.json --cache-dir ./c"),
            DropInLine("practice/tiny config.json --cache-dir c --max-workers 2 --force-download"),
            DropInLine("gpt-practice --revision refs/pr/1 config.json --quiet"),
            DropInLine("practice/data --repo-type dataset --revision v1 -q"),
            // What is not available.
            DropInLine("practice/tiny nope.json --local-dir d"), DropInLine("practice/nope --local-dir d"),
            DropInLine("practice/tiny --revision nope --local-dir d"), DropInLine("practice/gated --local-dir d"),
            DropInLine("practice/disabled --local-dir d"), DropInLine("practice/tiny sub --local-dir d"),
            DropInLine("practice/tiny sub"), DropInLine("practice/tiny sub config.json --local-dir d"),
            DropInLine("practice/tiny README.md --local-dir d --token hf_rejected"), DropInLine("practice/tiny --token hf_rejected"),
            // What is only listed.
            DropInLine("practice/tiny --dry-run"), DropInLine("practice/tiny config.json --dry-run --json"),
            DropInLine("practice/tiny sub/ --dry-run -q"), DropInLine("practice/names --dry-run --format agent"),
            DropInLine("practice/tiny --include *.nope --dry-run"), DropInLine("practice/tiny --dry-run --no-dry-run README.md -q"),
            DropInLine("practice/tiny config.json --local-dir d --dry-run", before: ["d/config.json": "other\n"]),
            DropInLine("practice/tiny nope.json --dry-run"), DropInLine("practice/nope --dry-run"),
            // What hf itself refuses.
            DropInLine("practice/tiny config.json --cache-dir c --local-dir d"), DropInLine("practice/tiny --max-workers x"),
            DropInLine("practice/tiny config.json --repo-type models --local-dir d"), DropInLine("practice/tiny config.json --bogus"),
            DropInLine("practice/tiny config.json --local d"), DropInLine("practice/tiny sub/ --include *.md --local-dir d"),
            DropInLine("practice/tiny/config.json --local-dir d"), DropInLine("hf://practice/tiny --revision v1 --local-dir d"),
            DropInLine("hf://practice/tiny/README.md config.json --local-dir d"), DropInLine("practice/tiny --json -q --local-dir d"),
        ])
    func today(row: DropInLine) async throws { try await compare("hf", .newest, row) }

    @Test(
        "under its old name, as that was",
        arguments: [
            DropInLine("practice/tiny --local-dir d"), DropInLine("practice/tiny config.json --local-dir ./d/ --quiet"),
            DropInLine("practice/tiny config.json --local-dir d --local-dir-use-symlinks False --resume-download"),
            DropInLine("practice/tiny --include *.json *.md --local-dir d"),
            DropInLine("practice/tiny --exclude *.safetensors tok* --local-dir d"),
            DropInLine("practice/tiny config.json --cache-dir c --local-dir d"),
            DropInLine("practice/tiny config.json --cache-dir c --quiet"),
            DropInLine("practice/tiny --include *.json --cache-dir ./c --quiet"), DropInLine("practice/tiny --local-dir d --quiet"),
            DropInLine("practice/data --repo-type dataset --local-dir d --revision v1"), DropInLine("practice/tiny"),
            DropInLine("practice/tiny config.json --local d --quie"),
            DropInLine("practice/gated README.md --local-dir d --token practice-hf-token"),
            DropInLine("practice/tiny nope.json --local-dir d"),
            DropInLine("practice/tiny config.json --dry-run"), DropInLine("practice/tiny config.json --repo-type models"),
            DropInLine("practice/tiny config.json --local-dir-use-symlinks false"), DropInLine(""),
        ])
    func old(row: DropInLine) async throws { try await compare("huggingface-cli", .zero, row) }

    private func compare(_ program: String, _ peer: HubPeer, _ row: DropInLine) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let (theirs, ours) = (try scenario.folder("theirs", holding: row.before), try scenario.folder("ours", holding: row.before))
            let words = ["download"] + scenario.words(row.line)
            let expected = try await scenario.realHub(peer, program, words, in: theirs)
            let aftermath = try await scenario.ours(program, words, in: ours, environment: ["HOME": ours, "NO_COLOR": "1"])
            // Where a folder is asked for, it leaves nothing in the cache but the revision's commit.
            let isElsewhere = row.line.contains("--local-dir") || row.line.contains("--dry-run")
            let revisions = isElsewhere ? expected.files.keys.filter { $0.hasPrefix(".cache/") } : []
            aftermath.expectSame(as: expected, ignoring: Set(revisions))
            #expect(aftermath.outcome.stdout == Self.result(expected.outcome.stdout, in: scenario), "\(aftermath.outcome.stderr)")
            #expect(!aftermath.files.keys.contains { $0.contains(".fetchctl") })
        }
    }

    /// What it printed of where things are, as if it had run in our folder; not that another name should be used.
    private static func result(_ text: String, in scenario: Scenario) -> String {
        text.split(separator: "\n").filter { !$0.contains("is deprecated. Use 'hf") }.map { $0 + "\n" }.joined()
            .replacingOccurrences(of: "\(scenario.box.work)/theirs", with: "\(scenario.box.work)/ours")
    }

    @Test(
        "works with the options that hf has dropped since",
        arguments: [
            "practice/tiny config.json README.md --local-dir d --local-dir-use-symlinks False",
            "practice/tiny config.json README.md --local-dir d --resume-download",
            "practice/tiny --include config.json *.md --local-dir d",
        ])
    func dropped(line: String) async throws {
        try await withScenario(.builtin) { scenario in
            let words = ["download"] + scenario.words(line)
            if HubPeer.newest.folder != nil {
                let refused = try await scenario.realHub(.newest, "hf", words, in: try scenario.folder("theirs"))
                #expect(refused.outcome.code != 0, "today's hf takes it: no longer one to be marked as dropped")
            }
            let aftermath = try await scenario.ours("hf", words, in: try scenario.folder("ours"))
            aftermath.outcome.expectSuccess()
            #expect(aftermath.files.keys.sorted() == ["d/README.md", "d/config.json"])
        }
    }

    @Test("its files are complete for the real hf, in both layouts", arguments: ["--local-dir d", ""], HubPeer.allCases)
    func continued(place: String, peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download"] + scenario.words("practice/tiny \(place)")
            let aftermath = try await scenario.ours("hf", words, in: ours, environment: ["HOME": ours])
            aftermath.outcome.expectSuccess()
            await scenario.forgetRequests()
            let theirs = try await scenario.realHub(peer, "hf", words, in: ours)
            #expect(theirs.outcome.code == 0)
            #expect(await scenario.fileBytesServed() == 0)
            let again = try await scenario.ours("hf", words, in: ours, environment: ["HOME": ours])
            again.outcome.expectSuccess()
            #expect(await scenario.fileBytesServed() == 0)
        }
    }

    @Test(
        "copies into a folder what hf has in its cache, when its hash is right",
        arguments: [("hf", HubPeer.newest), ("huggingface-cli", .zero)], [false, true])
    func cached(tool: (name: String, peer: HubPeer), isDamaged: Bool) async throws {
        _ = try tool.peer.require()
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            var fetched: [Int64] = []
            var listed: [String] = []
            for isReal in [true, false] {
                let folder = try scenario.folder(isReal ? "theirs" : "ours")
                func run(_ line: String) async throws -> Aftermath {
                    let words = ["download"] + scenario.words(line)
                    return isReal
                        ? try await scenario.realHub(tool.peer, tool.name, words, in: folder)
                        : try await scenario.ours(tool.name, words, in: folder, environment: ["HOME": folder])
                }
                let whole = ["download"] + scenario.words("practice/one --quiet")
                let first = try await scenario.realHub(tool.peer, tool.name, whole, in: folder)
                #expect(first.outcome.code == 0)
                if isDamaged, !isReal {
                    let blob = try #require(first.files.keys.first { $0.contains("/blobs/") && $0.hasSuffix(content.sha256) })
                    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/\(blob)"))
                    try handle.write(contentsOf: Data([0xFF, 0xFF, 0xFF]))
                    try handle.close()
                }
                if tool.peer == .newest { listed.append(try await run("practice/one --local-dir d --dry-run").outcome.stdout) }
                await scenario.forgetRequests()
                let second = try await run("practice/one model.safetensors --local-dir d --quiet")
                #expect(second.outcome.code == 0, "\(second.outcome.story)")
                #expect(content.isSame(as: FileManager.default.contents(atPath: "\(folder)/d/model.safetensors")))
                fetched.append(await scenario.fileBytesServed())
            }
            // At its end an engine may ask for a rest twice.
            #expect(fetched[0] == 0 && (isDamaged ? fetched[1] >= content.size : fetched[1] == 0), "\(fetched)")
            #expect(listed.first == listed.last)
        }
    }

    @Test("resumes where it was cut, in both layouts, where today's hf starts again", arguments: ["--local-dir d", ""])
    func carriesOn(place: String) async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download"] + scenario.words("practice/one model.safetensors -q \(place)")
            let environment = ["HOME": ours, "FETCHCTL_MAX_RETRIES": "0", "FETCHCTL_CONNECTIONS": "1"]
            // However long the parts are: a first one may be the whole file.
            await scenario.hub.addFault(Fault(.drop, match: "/xet-bridge", times: 1, after: 1_200_000))
            await scenario.hub.addFault(Fault(.status, match: "/xet-bridge", skip: 1, status: 503))
            let cut = try await scenario.ours("hf", words, in: ours, environment: environment)
            #expect(cut.outcome.code == 1)
            #expect(cut.outcome.stdout.isEmpty)
            #expect(!cut.files.keys.contains { $0.hasSuffix("model.safetensors") }, "\(cut.files.keys)")
            await scenario.hub.clearFaults()
            let whole = try await scenario.ours("hf", words, in: ours, environment: environment)
            whole.outcome.expectSuccess()
            #expect(whole.outcome.stderr.isEmpty)
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            #expect(content.isSame(as: FileManager.default.contents(atPath: String(whole.outcome.stdout.dropLast()))))
            #expect(await scenario.requests("cdn").contains { $0.header("Range")?.hasPrefix("bytes=0-") == false })
        }
    }

    @Test("offline, it finds what is there and says what is not")
    func offline() async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download", "practice/tiny", "config.json", "--quiet"]
            let first = try await scenario.ours("hf", words, in: ours, environment: ["HOME": ours])
            first.outcome.expectSuccess()
            await scenario.forgetRequests()
            let offline = ["HOME": ours, "HF_HUB_OFFLINE": "1"]
            let again = try await scenario.ours("hf", words, in: ours, environment: offline)
            #expect(again.outcome.stdout == first.outcome.stdout, "\(again.outcome.stderr)")
            let other = try await scenario.ours("hf", ["download", "practice/tiny", "README.md"], in: ours, environment: offline)
            #expect(other.outcome.code == 1)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test("a token on the line is used, wiped from sight, and earns one warning")
    func token() async throws {
        var configuration = HubConfiguration.paced(6, seconds: 3)
        configuration.hubToken = "hf_practiceSecret0123456789"
        try await withScenario(.builtin, configuration) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download", "practice/one", "--local-dir", "d", "--token", "hf_practiceSecret0123456789"]
            let process = try await RunningProcess(
                try scenario.shim("hf"), words, environment: scenario.environment, cwd: ours)
            try await scenario.waitUntilServed(1 << 20)
            let visible = ProcessTable.ofHome(scenario.box.home).map(ProcessTable.commandLine)
            #expect(!visible.isEmpty)
            #expect(!visible.contains { $0.contains("practiceSecret") }, "\(visible)")
            let outcome = await process.end()
            #expect(outcome.code == 0, "\(outcome.stderr)")
            #expect(!(outcome.stdout + outcome.stderr).contains("practiceSecret"))
            #expect(outcome.stderr.components(separatedBy: "command line").count == 2, "\(outcome.stderr)")
            #expect(await scenario.requests("hub").contains { $0.header("Authorization") == "Bearer hf_practiceSecret0123456789" })
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil })
        }
    }

    @Test(
        "says how it is used with the code of the real tool, which is asked where it is there",
        arguments: [
            ("hf", "", HubPeer.newest), ("hf", "--help", .newest), ("hf", "-h", .newest), ("hf", "download", .newest),
            ("hf", "download --help", .newest), ("huggingface-cli", "", .zero), ("huggingface-cli", "--help", .zero),
            ("huggingface-cli", "download -h", .zero),
        ])
    func help(row: (program: String, line: String, peer: HubPeer)) async throws {
        _ = try row.peer.require()
        try await withScenario(.builtin) { scenario in
            let words = scenario.words(row.line)
            let theirs = try await scenario.realHub(row.peer, row.program, words, in: try scenario.folder("theirs"))
            let ours = try scenario.folder("ours")
            let alone = try await scenario.ours(row.program, words, in: ours)
            #expect(alone.outcome.code == theirs.outcome.code)
            #expect(alone.outcome.stdout.isEmpty == theirs.outcome.stdout.isEmpty)
            #expect((alone.outcome.stdout + alone.outcome.stderr).lowercased().contains("usage: \(row.program)"))
            let path = ["PATH": "\(scenario.box.root)/shims:\(try scenario.realTool(row.program)):/usr/bin:/bin"]
            #expect(try await scenario.ours(row.program, words, in: ours, environment: path).outcome.code == 42)
        }
    }

    @Test(
        "goes to the real tool where it is no download to a file",
        arguments: [
            ("hf", "upload practice/tiny ."), ("hf", "auth whoami"), ("hf", "--version"),
            ("hf", "download practice/kernel --repo-type kernel"), ("hf", "cache ls"),
            ("huggingface-cli", "login --token secret"), ("huggingface-cli", "scan-cache"),
        ])
    func handedOver(row: (program: String, line: String)) async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = scenario.words(row.line)
            let path = ["PATH": "\(scenario.box.root)/shims:\(try scenario.realTool(row.program)):/usr/bin:/bin"]
            let passed = try await scenario.ours(row.program, words, in: ours, environment: path)
            #expect(passed.outcome.code == 42)
            #expect(passed.outcome.stdout == (["real", row.program] + words).joined(separator: " ") + "\n")
            let alone = try await scenario.ours(
                row.program, words, in: ours, environment: ["PATH": "\(scenario.box.root)/shims:/nonexistent"])
            #expect(alone.outcome.code == 2)
            #expect(alone.outcome.stderr.split(separator: "\n").count == 1, "\(alone.outcome.stderr)")
            #expect(await scenario.hub.requests().isEmpty)
        }
    }
}

extension Scenario {
    /// The real `hf` or `huggingface-cli` to its end, with its home in the folder where it runs.
    func realHub(
        _ peer: HubPeer, _ program: String, _ arguments: [String], in folder: String, environment extra: [String: String] = [:]
    ) async throws -> Aftermath {
        let environment = [
            "HF_ENDPOINT": at.hub, "HF_HUB_DISABLE_XET": "1", "HOME": folder, "PATH": "/usr/bin:/bin", "TMPDIR": box.temporary,
            "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1",
        ]
        let outcome = try await RunningProcess(
            "\(try peer.require())/bin/\(program)", arguments, environment: environment.merging(extra) { $1 }, cwd: folder
        ).end(timeout: 120)
        return Aftermath(outcome, in: folder)
    }
}
