import Foundation
import PracticeHub
import Testing

/// What an hf line answers with what an earlier one left, when the Hub cannot be asked; beside the real hf.
@Suite("An hf line without the Hub")
struct HubFallbackTests {
    /// What keeps the Hub from answering.
    enum Trouble: Sendable {
        case status(Int), dead, offline
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var trouble: Trouble
        /// Ran before, while the Hub was there; empty: nothing did.
        var before: String
        var line: String
        /// Removed after that, as a path under the folder.
        var lost: String?

        init(_ trouble: Trouble, after before: String, _ line: String, without lost: String? = nil) {
            (self.trouble, self.before, self.line, self.lost) = (trouble, before, line, lost)
        }

        var testDescription: String { "\(trouble): \(line) after \(before.isEmpty ? "nothing" : before)" }
    }

    private static let local = "practice/tiny --local-dir d"
    private static let snapshot = ".cache/huggingface/hub/models--practice--tiny/snapshots"

    @Test(
        "prints and answers what hf does",
        arguments: [
            Row(.dead, after: "practice/tiny", "practice/tiny"), Row(.status(503), after: "practice/tiny", "practice/tiny config.json -q"),
            Row(.offline, after: "practice/tiny", "practice/tiny sub/ README.md --json"),
            Row(.status(503), after: "practice/tiny", "practice/tiny --include *.json"),
            Row(.status(429), after: "practice/tiny", "practice/tiny"), Row(.status(401), after: "practice/tiny", "practice/tiny -q"),
            Row(.dead, after: "practice/tiny", "practice/one"), Row(.status(503), after: "", "practice/tiny"),
            Row(.offline, after: "practice/tiny", "practice/tiny config.json --force-download"),
            Row(.dead, after: "practice/tiny", "practice/tiny", without: "\(snapshot)/*/README.md"),
            Row(.dead, after: "practice/tiny", "practice/tiny --include *.json", without: "\(snapshot)/*/README.md"),
            Row(.dead, after: "practice/tiny", "practice/tiny config.json --dry-run"),
            Row(.offline, after: "practice/tiny", "practice/tiny --dry-run"),
            Row(.status(503), after: local, local), Row(.offline, after: local, "\(local) config.json"),
            Row(.dead, after: local, local, without: "d/README.md"), Row(.dead, after: local, "\(local) config.json", without: "d/.cache"),
            Row(.offline, after: local, local, without: "d/.cache"), Row(.offline, after: "", "\(local) config.json"),
            Row(.dead, after: "", local),
        ])
    func sameAnswer(row: Row) async throws {
        let peer = HubPeer.newest
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let (theirs, ours) = (try scenario.folder("theirs"), try scenario.folder("ours"))
            let home = ["HOME": ours, "NO_COLOR": "1"]
            if !row.before.isEmpty {
                let words = ["download"] + scenario.words(row.before)
                #expect(try await scenario.realHub(peer, "hf", words, in: theirs).outcome.code == 0)
                try await scenario.ours("hf", words, in: ours, environment: home).outcome.expectSuccess()
            }
            if let lost = row.lost {
                for folder in [theirs, ours] {
                    _ = try await RunningProcess("/bin/sh", ["-c", "rm -r \(folder)/\(lost)"], environment: [:], cwd: folder).end()
                }
            }
            let trouble = await begin(row.trouble, scenario)
            let words = ["download"] + scenario.words(row.line)
            let expected = try await scenario.realHub(peer, "hf", words, in: theirs, environment: trouble)
            await scenario.forgetRequests()
            let aftermath = try await scenario.ours("hf", words, in: ours, environment: home.merging(trouble) { $1 })
            let story = "theirs: \(expected.outcome.stderr.suffix(400))\nours: \(aftermath.outcome.stderr)"
            #expect(aftermath.outcome.code == expected.outcome.code, "\(story)")
            #expect(aftermath.outcome.stdout == expected.outcome.stdout.replacingOccurrences(of: theirs, with: ours), "\(story)")
            // At once: nothing is asked twice, and no wait.
            #expect(await mostAsked(scenario) <= 1)
            #expect(!aftermath.outcome.stderr.contains("again in"), "\(aftermath.outcome.stderr)")
        }
    }

    @Test("uses files that the other tool downloaded", arguments: ["practice/tiny", "practice/tiny config.json", local], HubPeer.allCases)
    func eachOther(line: String, peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let (theirs, ours) = (try scenario.folder("theirs"), try scenario.folder("ours"))
            let words = ["download"] + scenario.words(line)
            #expect(try await scenario.realHub(peer, "hf", words, in: theirs).outcome.code == 0)
            try await scenario.ours("hf", words, in: ours, environment: ["HOME": ours]).outcome.expectSuccess()
            let dead = await begin(.dead, scenario)
            #expect(try await scenario.realHub(peer, "hf", words, in: ours, environment: dead).outcome.code == 0)
            try await scenario.ours("hf", words, in: theirs, environment: dead.merging(["HOME": theirs]) { $1 }).outcome.expectSuccess()
        }
    }

    @Test(
        "is patient for one file that is not there, and for no repo", arguments: [("practice/tiny config.json", 3), ("practice/tiny", 1)])
    func timeout(row: (line: String, requests: Int)) async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "hub/", status: 503))
            let ours = try scenario.folder("ours")
            let aftermath = try await scenario.ours(
                "hf", ["download"] + scenario.words(row.line), in: ours, environment: ["HOME": ours, "FETCHCTL_MAX_RETRIES": "2"])
            #expect(aftermath.outcome.code == 1)
            #expect(await mostAsked(scenario) == row.requests)
        }
    }

    /// How often the request was made that was made most often: several different ones may go out at once.
    private func mostAsked(_ scenario: Scenario) async -> Int {
        let requests = await scenario.hub.requests()
        return Dictionary(grouping: requests) { "\($0.method) \($0.path)" }.values.map(\.count).max() ?? 0
    }

    @Test("says that a missing file or revision is missing, whatever is there", arguments: ["nope.json", "--revision nope"])
    func answers(what: String) async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let before = ["download", "practice/tiny", "--local-dir", "d"]
            try await scenario.ours("hf", before, in: ours).outcome.expectSuccess()
            try scenario.box.write("mine\n", to: "ours/d/nope.json")
            let aftermath = try await scenario.ours("hf", before + scenario.words(what), in: ours)
            #expect(aftermath.outcome.code == 1)
        }
    }

    /// - Returns: what the environment says of it.
    private func begin(_ trouble: Trouble, _ scenario: Scenario) async -> [String: String] {
        switch trouble {
        case .status(let status):
            await scenario.hub.addFault(Fault(.status, match: "hub/", status: status))
            return [:]
        case .dead: return ["HF_ENDPOINT": "http://127.0.0.1:9"]
        case .offline: return ["HF_HUB_OFFLINE": "1"]
        }
    }
}
