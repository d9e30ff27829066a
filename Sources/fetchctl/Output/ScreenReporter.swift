import Events
import FetchTypes
import Synchronization

/// A real terminal: a line a file that is drawn over, and a total line; what is done scrolls up above them.
final class ScreenReporter: Reporter {
    private struct State {
        var board = ProgressBoard()
        /// Columns of every line that is drawn, from the first to the last; the cursor is below them.
        var drawnWidths: [Int] = []
        var drawn = ContinuousClock.now - .seconds(1)
    }
    private let state = Mutex(State())
    private let filter = FailureFilter()
    private let terminal: Terminal
    private let line: ProgressLine
    private let verbose: Bool

    private static let redrawEvery = Duration.milliseconds(100)

    init(terminal: Terminal, line: ProgressLine, verbose: Bool) {
        self.terminal = terminal
        self.line = line
        self.verbose = verbose
    }

    func handle(_ event: Event) {
        state.withLock { state in
            state.board.take(event)
            let words = EventWords.line(event, verbose: verbose, columns: terminal.columns)
            if let text = state.board.largeReferences.line(event, words, verbose: verbose), filter.lets(event) {
                Terminal.draw(erase(&state) + colored(Terminal.wrapped(text, for: 2), event) + "\n" + draw(&state), to: 2)
            } else if ContinuousClock.now - state.drawn >= Self.redrawEvery, !OutputPort.error.isBehind {
                Terminal.draw(erase(&state) + draw(&state), to: 2)
            }
        }
    }

    func redraw(afterPause: Bool) {
        state.withLock { state in
            // Meanwhile others have written there: it is not ours to erase.
            if afterPause { state.drawnWidths = [] }
            Terminal.draw(erase(&state) + draw(&state), to: 2)
        }
    }

    /// Back to the first line of what was drawn, and all of it gone.
    private func erase(_ state: inout State) -> PrintableText {
        let rows = Self.rows(state.drawnWidths, columns: terminal.columns)
        state.drawnWidths = []
        return rows > 0 ? "\r\u{1B}[\(rows)A\u{1B}[J" : ""
    }

    /// How many rows lines of such widths take now: in a window that has become narrower, more than one each.
    static func rows(_ widths: [Int], columns: Int) -> Int {
        widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
    }

    private func draw(_ state: inout State) -> PrintableText {
        state.drawn = .now
        let lines = Self.lines(state.board, line, columns: terminal.columns, rows: terminal.rows)
        state.drawnWidths = lines.map(Text.width)
        return lines.map { "\($0)\n" }.joined()
    }

    /// The drawing: a line a file, as many as there is room for, the total, and the fleet.
    static func lines(_ board: ProgressBoard, _ line: ProgressLine, columns: Int, rows: Int) -> [String] {
        let total = board.total(line, columns: columns)
        // What does not fit on the screen could not be drawn over; the row below is the cursor's.
        let fleet = rows > 3 ? board.fleet : nil
        let room = max(1, rows - 1 - (total == nil ? 0 : 1) - (fleet == nil ? 0 : 1))
        var lines = board.rows.prefix(room).map { line.draw($0, columns: columns) }
        if let total { lines.append(total) }
        if let fleet { lines.append(Text.cut(EventWords.fleetLine(fleet), to: max(1, columns - 1))) }
        return lines
    }

    private func colored(_ text: PrintableText, _ event: Event) -> PrintableText {
        terminal.hasColor ? Self.colored(text, event) : text
    }

    /// Green for what is done, yellow for what waits or warns, red for what failed.
    static func colored(_ text: PrintableText, _ event: Event) -> PrintableText {
        let (head, color): (PrintableText, PrintableText)
        switch event {
        case .waiting, .retrying: return "\u{1B}[33m" + text + "\u{1B}[0m"
        case .finished: (head, color) = ("done:", "\u{1B}[32m")
        case .failed: (head, color) = ("error:", "\u{1B}[31m")
        case .warning: (head, color) = ("warning:", "\u{1B}[33m")
        default: return text
        }
        return text.without(prefix: head).map { color + head + "\u{1B}[0m" + $0 } ?? text
    }

    func put(_ text: OutputText) {
        state.withLock { state in
            // Both may be the same terminal: the drawing must not be in the way of the path.
            Terminal.draw(erase(&state), to: 2)
            Terminal.write(text)
            Terminal.draw(draw(&state), to: 2)
        }
    }

    func fail(_ failure: Failure) {
        // The drawing goes first: erased later, it would take the error's last lines along.
        state.withLock { state in Terminal.draw(erase(&state) + Terminal.wrapped(failure.printable, for: 2) + "\n", to: 2) }
    }

    func close() {
        state.withLock { state in Terminal.draw(erase(&state), to: 2) }
    }
}
