import Events
import FetchKit
import FetchTypes
import Synchronization
import Transfer

/// Reports how a batch ended: its summary, its failures and its exit code.
struct OutcomeReport {
    let reporter: any Reporter
    let output: FetchSession.Output
    let repeated: RepeatedFailureFilter
    let signals: Signals
    let isNotebook: Bool

    /// - Parameter names: the reference of each result.
    /// - Returns: the exit code.
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

    /// Repeats every failure of a batch in one line each. Where one reference was given, and in a notebook, the failure that decides
    /// the exit code is the last text of the output.
    private func tellFailures(_ outcome: Batch.Outcome, _ shown: [String]) {
        let failures = zip(shown, outcome.results).compactMap { reference, result -> (String, Failure)? in
            guard case .failed(let failure) = result, failure.kind != .interrupted else { return nil }
            return (reference, failure)
        }
        guard let first = failures.first?.1 else { return }
        if outcome.results.count > 1 {
            for (reference, failure) in failures { Terminal.write(Self.line(failure, of: reference), to: 2) }
            repeated.noteOther()
        }
        guard !signals.isEnding, !output.quiet, outcome.results.count == 1 || isNotebook else { return }
        if !repeated.isStill(first) { Terminal.write(first.printable + "\n", to: 2) }
    }

    /// The name stands once, also where the message begins with it.
    private static func line(_ failure: Failure, of name: String) -> PrintableText {
        let message = failure.message
        if message.hasPrefix(name + ": ") { return "failed: \(message)\n" }
        if message.hasPrefix(name + " "), let why = failure.why { return "failed: \(name): \(why)\n" }
        return "failed: \(name): \(message)\n"
    }
}
