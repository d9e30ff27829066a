import FetchKit
import FetchTypes
import Synchronization

/// Plain lines on standard error, for pipes, files and notebook cells: one at the start, one every few
/// seconds, one at the end. No escape codes.
final class LineReporter: Reporter {
    private struct State {
        var told: [FileTag: ContinuousClock.Instant] = [:]
    }
    private let state = Mutex(State())
    private let filter = FailureFilter()
    private let line: ProgressLine
    private let verbose: Bool
    /// Only errors go to standard error.
    private let quiet: Bool

    private static let every = Duration.seconds(5)

    init(line: ProgressLine, verbose: Bool, quiet: Bool) {
        self.line = line
        self.verbose = verbose
        self.quiet = quiet
    }

    func handle(_ event: Event) {
        guard filter.lets(event) else { return }
        if quiet {
            if case .failed = event, let text = EventWords.line(event, verbose: false) { Terminal.write(text + "\n", to: 2) }
            return
        }
        if case .started(let tag, _, _, _, _) = event { state.withLock { $0.told[tag] = .now } }
        if case .progress(let tag, let progress) = event {
            guard isDue(tag) else { return }
            let state = ProgressState(
                name: Path.name(tag.path), received: progress.received, size: progress.size, rate: progress.rate, eta: progress.eta,
                connections: progress.connections)
            Terminal.write(Self.compact(line.draw(state, columns: 200)) + "\n", to: 2)
        } else if let text = EventWords.line(event, verbose: verbose) {
            Terminal.write(text + "\n", to: 2)
        }
    }

    private func isDue(_ tag: FileTag) -> Bool {
        state.withLock { state in
            let last = state.told[tag] ?? .now
            guard ContinuousClock.now - last >= Self.every else {
                if state.told[tag] == nil { state.told[tag] = last }
                return false
            }
            state.told[tag] = .now
            return true
        }
    }

    /// A bar says nothing in a log, and padding only makes it wide.
    private static func compact(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: true).filter { !$0.contains("░") && !$0.contains("█") }.joined(separator: " ")
    }

    func settle(_ reference: String, _ result: Batch.Result) {
        if case .there(let paths) = result { Terminal.write(paths.map { $0 + "\n" }.joined(), to: 1) }
    }

    func fail(_ failure: Failure) { Terminal.write(failure.description + "\n", to: 2) }

    func close() {}
}
