import Events
import FetchTypes
import Synchronization

/// Plain lines on standard error, for pipes and files: one at the start, one every ten seconds over all that is under
/// way, one at the end of every file. No escape codes, no carriage returns.
final class LineReporter: Reporter {
    private struct State {
        var board = ProgressBoard()
        /// When the last line of progress was written, or the first file began.
        var told: ContinuousClock.Instant?
    }
    private let state = Mutex(State())
    private let filter = FailureFilter()
    private let line: ProgressLine
    private let verbose: Bool
    /// Only errors go to standard error.
    private let quiet: Bool

    private let write: @Sendable (PrintableText) -> Void

    private static let every = Duration.seconds(10)

    /// - Parameter write: takes whole lines; nil: to standard error.
    init(line: ProgressLine, verbose: Bool, quiet: Bool, write: (@Sendable (PrintableText) -> Void)? = nil) {
        self.write = write ?? { Terminal.write($0, to: 2) }
        self.line = line
        self.verbose = verbose
        self.quiet = quiet
    }

    func handle(_ event: Event) {
        if quiet {
            if case .failed = event, filter.lets(event), let text = EventWords.line(event, verbose: false) {
                write(text + "\n")
            }
            return
        }
        state.withLock { state in
            state.board.take(event)
            if let text = state.board.largeReferences.line(event, EventWords.line(event, verbose: verbose), verbose: verbose) {
                if filter.lets(event) { write(text + "\n") }
            } else if !OutputPort.error.isBehind, isDue(&state), let text = state.board.single(line, columns: 200) {
                write("\(Self.compact(text))\n")
            }
        }
    }

    private func isDue(_ state: inout State) -> Bool {
        guard !state.board.files.isEmpty else { return false }
        let now = ContinuousClock.now
        guard let told = state.told else {
            state.told = now
            return false
        }
        guard now - told >= Self.every else { return false }
        state.told = now
        return true
    }

    /// A bar is of no use in a log, and padding only makes it wide.
    static func compact(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: true).filter { !$0.contains("░") && !$0.contains("█") }.joined(separator: " ")
    }

    func put(_ text: OutputText) { Terminal.write(text) }

    func fail(_ failure: Failure) { write(failure.printable + "\n") }

    func close() {}
}
