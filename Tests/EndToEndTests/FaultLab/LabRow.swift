import Foundation
import PracticeHub
import Testing

/// One row of the fault lab: what goes wrong at the source, and what must come of it.
struct LabRow: Sendable, CustomTestStringConvertible {
    /// What is on the disk in the end.
    enum Outcome: Sendable {
        /// The file, whole and right, and nothing else.
        case whole
        /// No file; the same command fetches it once the fault is over, and resumes from what was kept.
        case later
        /// No file, and nothing of it.
        case nothing
        /// The fault cannot be detected: the file is not what the source has, and no published value tells.
        case unseen
    }

    /// Where the file comes from.
    enum Source: Sendable {
        /// SHA-256 and size published; links in S3's form.
        case civitai
        /// SHA-256 and size published; links in CloudFront's form.
        case hub
        /// A plain link: no hash, and no size but what its server says.
        case plain
    }

    let testDescription: String
    let faults: [Fault]
    let code: Int32
    let outcome: Outcome
    /// What the events must tell: an event's name and its reason, or for failures and warnings their kind.
    let tells: [String]
    let source: Source
    let arguments: [String]
    /// Bytes fetched at most, in files' lengths: what is fetched more than once.
    let fetches: Double
    /// Requests at the content network at most.
    let requests: Int
    let seconds: ClosedRange<Double>
    /// Whether something is kept for the next run, where there is a ``Outcome/later``.
    let keeps: Bool

    init(
        _ name: String, _ faults: [Fault], exits code: Int32, _ outcome: Outcome, tells: [String] = [], source: Source = .civitai,
        arguments: [String] = [], fetches: Double = 1.2, requests: Int = 200, seconds: ClosedRange<Double> = 0...50, keeps: Bool = true
    ) {
        (testDescription, self.faults, self.code, self.outcome, self.tells) = (name, faults, code, outcome, tells)
        (self.source, self.arguments, self.fetches, self.requests, self.seconds) = (source, arguments, fetches, requests, seconds)
        self.keeps = keeps
    }

    /// 6 MiB: six pieces.
    static let size: Int64 = 6 << 20

    private func file(_ scenario: Scenario) async throws -> (reference: String, name: String, content: PracticeFile) {
        switch source {
        case .civitai:
            ("civitai:12345", "practice-model.safetensors", try #require(await scenario.hub.civitaiFile(12345)))
        case .hub:
            (
                "hf:practice/one/model.safetensors", "model.safetensors",
                try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            )
        case .plain:
            (scenario.at.cdn + "/plain/large.bin", "large.bin", try #require(await scenario.hub.plainFile("large.bin")))
        }
    }

    /// Lets it happen to one engine.
    func run(_ engine: Engine, isIdle: Bool = false, _ location: SourceLocation = #_sourceLocation) async throws {
        try await withScenario(engine, .small, isIdle: isIdle) { scenario in
            let (reference, name, content) = try await file(scenario)
            for fault in faults { await scenario.hub.addFault(fault) }
            let outcome = try await scenario.run(["add", reference, "--json"] + arguments, timeout: 100, location)
            #expect(outcome.code == code && !outcome.wasKilled, "\(outcome.story)", sourceLocation: location)
            #expect(seconds.contains(outcome.seconds), "\(outcome.seconds) s \(outcome.story)", sourceLocation: location)
            let events = try outcome.events(location)
            EventShape.expectGoodForm(events, location)
            for words in tells {
                #expect(events.contains { $0.tells(words) }, "no \"\(words)\": \(outcome.story)", sourceLocation: location)
            }
            let asked = await scenario.requests("cdn").count
            #expect(asked <= requests, "\(asked) requests", sourceLocation: location)
            if let fetched = events.first(where: { $0.name == "summary" })?["fetched_bytes"]?.int {
                // On a busy machine the ends of slow ranges may be asked for twice.
                let most = fetches * Double(Self.size) + Double(4 << 20)
                #expect(Double(fetched) <= most, "\(fetched) bytes \(outcome.story)", sourceLocation: location)
            }
            try await expect(name, content, scenario, outcome, location)
        }
    }

    private func expect(
        _ name: String, _ content: PracticeFile, _ scenario: Scenario, _ outcome: RunOutcome, _ location: SourceLocation
    ) async throws {
        switch self.outcome {
        case .whole:
            try scenario.expectFile(name, content, location)
        case .nothing:
            #expect(scenario.box.files.isEmpty, "\(scenario.box.files)", sourceLocation: location)
        case .unseen:
            let data = try #require(scenario.box.data(name), sourceLocation: location)
            #expect(!content.isSame(as: data), "it can be seen after all", sourceLocation: location)
            scenario.expectNoCompanions(name, location)
        case .later:
            scenario.expectNoFile(name, location)
            let kept = try #require(try outcome.event("failed", location)["kept_bytes"]?.int, sourceLocation: location)
            await scenario.hub.clearFaults()
            let (reference, _, _) = try await file(scenario)
            let second = try await scenario.run(["add", reference, "--json"] + arguments, location)
            second.expectSuccess(location)
            try scenario.expectFile(name, content, location)
            let resumed = try #require(try second.event("started", location)["resumed_bytes"]?.int, sourceLocation: location)
            if keeps {
                #expect(kept > 0, "\(outcome.story)", sourceLocation: location)
                #expect(resumed >= kept, "\(kept) were kept: \(second.story)", sourceLocation: location)
            }
        }
    }
}

/// What a run came to: within a row the short name is taken.
typealias RunOutcome = Outcome

extension EventLine {
    /// Whether it is an event of that name and, when a second word is given, of that reason or kind.
    func tells(_ words: String) -> Bool {
        let parts = words.split(separator: " ", maxSplits: 1).map(String.init)
        guard name == parts[0] else { return false }
        return parts.count < 2 || ["reason", "kind"].contains { self[$0]?.string == parts[1] }
    }
}
