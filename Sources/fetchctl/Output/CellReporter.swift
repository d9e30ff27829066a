import Events
import FetchTypes
import Synchronization

/// A terminal whose cursor cannot be moved, as a notebook gives to a shell line, or where no escapes are wanted: one line
/// that is written over by a carriage return, and a line for whatever has happened.
final class CellReporter: Reporter {
    private struct State {
        var board = ProgressBoard()
        var live = LiveLine()
        /// When the first file began, and when its progress was drawn last.
        var began: ContinuousClock.Instant?
        var drawn = ContinuousClock.now
    }
    private let state = Mutex(State())
    private let filter = FailureFilter()
    private let terminal: Terminal
    private let line: ProgressLine
    private let verbose: Bool

    init(terminal: Terminal, line: ProgressLine, verbose: Bool) {
        self.terminal = terminal
        self.line = line
        self.verbose = verbose
    }

    /// Seconds between two drawings. A saved notebook may keep every one of them: they get rarer the longer it takes.
    static func interval(after seconds: Double) -> Double { min(10, max(1, seconds / 60)) }

    func handle(_ event: Event) {
        state.withLock { state in
            state.board.take(event)
            if let text = state.board.largeReferences.line(event, EventWords.line(event, verbose: verbose), verbose: verbose),
                filter.lets(event)
            {
                Terminal.draw(state.live.replace(by: Terminal.wrapped(text, for: 2)), to: 2)
            } else if !OutputPort.error.isBehind, isDue(&state), let text = state.board.single(line, columns: terminal.columns) {
                Terminal.draw(state.live.draw(text), to: 2)
            }
        }
    }

    private func isDue(_ state: inout State) -> Bool {
        let now = ContinuousClock.now
        guard let began = state.began else {
            guard !state.board.files.isEmpty else { return false }
            // What is done within a second needs no line of progress.
            state.began = now
            state.drawn = now
            return false
        }
        guard now - state.drawn >= .seconds(Self.interval(after: (now - began) / .seconds(1))) else { return false }
        state.drawn = now
        return true
    }

    func put(_ text: OutputText) {
        state.withLock { state in
            // Both may be the same terminal.
            Terminal.draw(state.live.clear(), to: 2)
            Terminal.write(text)
        }
    }

    func fail(_ failure: Failure) {
        state.withLock { state in Terminal.draw(state.live.replace(by: Terminal.wrapped(failure.printable, for: 2)), to: 2) }
    }

    func close() {
        state.withLock { state in Terminal.draw(state.live.clear(), to: 2) }
    }
}
