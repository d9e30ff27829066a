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
