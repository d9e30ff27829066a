import Events
import FetchKit
import FetchTypes
import ModelReference
import ModelSources
import Synchronization
import Transfer

/// How a run ends: its summary, its failures once more, its exit code.
extension FetchSession {
    /// Tells what was refused, and counts it.
    func tell(_ refused: [(name: String, path: String, failure: Failure)], in outcome: inout Batch.Outcome) {
        for (name, path, failure) in refused {
            reporter.handle(.failed(FileTag(ref: name, path: path), failure, keptBytes: 0))
            outcome.results.append(.failed(failure))
            outcome.summary.failed += 1
            if outcome.summary.code == 0 { outcome.summary.code = failure.code.rawValue }
        }
    }

    /// Says how it ended.
    /// - Returns: the exit code.
    func end(_ outcome: Batch.Outcome, of requests: [FetchRequest]) -> Int32 {
        end(outcome, of: requests.map { $0.name ?? $0.reference.shown })
    }

    /// - Parameter names: what each result is of.
    func end(_ outcome: Batch.Outcome, of names: [String]) -> Int32 {
        reporter.handle(.summary(outcome.summary))
        if !output.json {
            reporter.close()
            tellFailures(outcome, names)
        }
        OutputPort.flush()
        if outcome.summary.code == 0, OutputPort.lostOutput.load(ordering: .relaxed) {
            Terminal.write(Self.lostOutput.printable + "\n", to: 2)
            return Self.lostOutput.code.rawValue
        }
        return outcome.summary.code
    }

    private static let lostOutput = Failure(
        .io, "the files are there, but standard output could not be written.", why: "what it leads to is closed or full.",
        hint: "see where the output goes; run the same command again to see the paths.")

    /// In a batch every failure has scrolled by: once more, a line each. What decides the exit code is the last thing said
    /// where one reference was given, and in a notebook, where it stands out as the cell's end.
    private func tellFailures(_ outcome: Batch.Outcome, _ shown: [String]) {
        let failures = zip(shown, outcome.results).compactMap { reference, result -> (String, Failure)? in
            guard case .failed(let failure) = result, failure.kind != .interrupted else { return nil }
            return (reference, failure)
        }
        guard let first = failures.first?.1 else { return }
        if outcome.results.count > 1 {
            for (reference, failure) in failures { Terminal.write("failed: \(reference): \(failure.message)\n", to: 2) }
            lastWord.noteOther()
        }
        guard !context.signals.isEnding, !output.quiet, outcome.results.count == 1 || Terminal.isNotebook(context.environment) else {
            return
        }
        if !lastWord.isStill(first) { Terminal.write(first.printable + "\n", to: 2) }
    }

    /// A service that is somewhere else than usual is named, once: credentials go there.
    func nameEndpoints(of requests: [FetchRequest]) {
        let sources = Set(requests.flatMap { [$0.reference] + $0.alternatives }.map { SourceName($0.reference) })
        if sources.contains(.huggingFace), HubFolders.offline(context.environment) == nil,
            endpoints.huggingFace.host != "huggingface.co"
        {
            warn("note", "Hugging Face is asked at \(endpoints.huggingFace.origin) (HF_ENDPOINT).")
        }
        let others: [(SourceName, WebURL?, String, String)] = [
            (.civitai, endpoints.civitai, "CivitAI", "FETCHCTL_CIVITAI_ENDPOINT"),
            (.gdrive, endpoints.googleDrive, "Google Drive", "FETCHCTL_GDRIVE_ENDPOINT"),
            (.github, endpoints.gitHub, "GitHub", "FETCHCTL_GITHUB_ENDPOINT"),
            (.modelscope, endpoints.modelScope, "ModelScope", "FETCHCTL_MODELSCOPE_ENDPOINT"),
            (.ollama, endpoints.ollama, "Ollama", "FETCHCTL_OLLAMA_ENDPOINT"),
        ]
        for (source, endpoint, name, variable) in others where sources.contains(source) {
            if let endpoint { warn("note", "\(name) is asked at \(endpoint.origin) (\(variable)).") }
        }
    }
}
