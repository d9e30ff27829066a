import Foundation
import PracticeHub
import Testing

/// A job's line runs in another process than the one that it was typed in: its places are those of the line.
@Suite("The places of a queued line")
struct QueuedPlaceTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let words: [String]
        /// Variables of the line, with folders of the sandbox as values.
        var variables: [String: String] = [:]
        /// A part of a path that is there afterwards.
        let place: String
        var testDescription: String { words.joined(separator: " ") }
    }

    static let rows = [
        Row(words: ["practice/quantised:Q8_0", "--layout", "lmstudio"], place: ".lmstudio/models"),
        Row(
            words: ["practice/quantised:Q4_K_M", "--layout", "llama.cpp"], variables: ["LLAMA_CACHE": "llama"],
            place: "llama/models--practice"),
        Row(words: ["ollama:practice:1b", "--layout", "ollama"], variables: ["OLLAMA_MODELS": "store"], place: "store/manifests/"),
        Row(words: ["practice/tiny", "--layout", "hf-cache"], variables: ["HF_HOME": "hf"], place: "hf/hub/models--practice--tiny"),
    ]

    @Test("are other programs' folders, by the environment of its own time", arguments: rows)
    func places(row: Row) async throws {
        try await withQueue { scenario in
            await ProgramLayoutTests.fill(scenario)
            let variables = row.variables.mapValues { scenario.box.path($0) }
            let outcome = try await scenario.run(["add"] + row.words + ["--detach"], environment: variables)
            outcome.expectSuccess()
            try await scenario.run(["wait", "all"]).expectSuccess()
            let paths = try await scenario.jobs(command: "history").first?["paths"]
            guard case .array(let there)? = paths else {
                Issue.record("no paths: \(outcome.story)")
                return
            }
            #expect(!there.isEmpty && there.allSatisfy { $0.string?.contains(row.place) == true }, "\(there)")
        }
    }
}
