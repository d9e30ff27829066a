import FetchKit
import FetchTypes
import Synchronization

/// A real terminal: a line a file that is drawn over, and a total line; what is done scrolls up above them.
final class ScreenReporter: Reporter {
    private struct State {
        var files: [(tag: FileTag, progress: ProgressState)] = []
        var drawnLines = 0
        var drawn = ContinuousClock.now - .seconds(1)
        var planned = 0
        var plannedBytes: Int64?
        var done = 0
        var doneBytes: Int64 = 0
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
            take(event, &state)
            if let text = EventWords.line(event, verbose: verbose), filter.lets(event) {
                Terminal.write(erase(&state) + colored(text, event) + "\n", to: 2)
                draw(&state)
            } else if ContinuousClock.now - state.drawn >= Self.redrawEvery {
                Terminal.write(erase(&state), to: 2)
                draw(&state)
            }
        }
    }

    private func take(_ event: Event, _ state: inout State) {
        func change(_ tag: FileTag, adding: Bool = false, _ body: (inout ProgressState) -> Void) {
            if adding, !state.files.contains(where: { $0.tag == tag }) {
                state.files.append((tag, ProgressState(name: Path.name(tag.path))))
            }
            guard let index = state.files.firstIndex(where: { $0.tag == tag }) else { return }
            body(&state.files[index].progress)
        }
        func remove(_ tag: FileTag) {
            guard let index = state.files.firstIndex(where: { $0.tag == tag }) else { return }
            state.files.remove(at: index)
            state.done += 1
        }
        switch event {
        case .planned(let files, let size, _, _):
            state.planned = files
            state.plannedBytes = size
        case .started(let tag, _, _, let resumed, let size):
            change(tag, adding: true) {
                $0.received = resumed
                $0.size = size
                $0.note = nil
            }
        case .progress(let tag, let progress):
            change(tag) {
                $0.received = progress.received
                $0.size = progress.size
                $0.rate = progress.rate
                $0.eta = progress.eta
                $0.connections = progress.connections
            }
        case .verifying(let tag, _, _): change(tag) { $0.note = "verifying" }
        case .waiting(let tag, .locked, _, _): change(tag, adding: true) { $0.note = "waiting for another process" }
        case .waiting(let tag, _, _, _), .retrying(let tag, _, _, _, _): change(tag) { $0.note = "waiting" }
        case .finished(let tag, let finished):
            state.doneBytes += finished.size
            remove(tag)
        case .failed(let tag, _, _), .skipped(let tag, _, _, _): remove(tag)
        default: break
        }
    }

    /// Back to the first line of what was drawn, and all of it gone.
    private func erase(_ state: inout State) -> String {
        guard state.drawnLines > 0 else { return "" }
        defer { state.drawnLines = 0 }
        return "\r\u{1B}[\(state.drawnLines)A\u{1B}[J"
    }

    private func draw(_ state: inout State) {
        state.drawn = .now
        let columns = terminal.columns
        // What does not fit on the screen could not be drawn over.
        let shown = state.files.prefix(max(1, terminal.rows - 3)).map { line.draw($0.progress, columns: columns) }
        var lines = shown
        if state.planned > 1, !state.files.isEmpty {
            lines.append(
                line.drawTotal(
                    state.files.map(\.progress), done: state.done, of: state.planned, finishedBytes: state.doneBytes,
                    totalBytes: state.plannedBytes, columns: columns))
        }
        state.drawnLines = lines.count
        Terminal.write(lines.map { $0 + "\n" }.joined(), to: 2)
    }

    private func colored(_ text: String, _ event: Event) -> String {
        guard terminal.hasColor else { return text }
        switch event {
        case .finished: return "\u{1B}[32m" + text.prefix(5) + "\u{1B}[0m" + text.dropFirst(5)
        case .failed: return text.hasPrefix("error:") ? "\u{1B}[31merror:\u{1B}[0m" + text.dropFirst(6) : text
        case .warning: return text.hasPrefix("warning:") ? "\u{1B}[33mwarning:\u{1B}[0m" + text.dropFirst(8) : text
        default: return text
        }
    }

    func settle(_ reference: String, _ result: Batch.Result) {
        guard case .there(let paths) = result else { return }
        state.withLock { state in
            // Both may be the same terminal: the drawing must not stand in the way of the path.
            Terminal.write(erase(&state), to: 2)
            Terminal.write(paths.map { $0 + "\n" }.joined(), to: 1)
            draw(&state)
        }
    }

    func fail(_ failure: Failure) {
        // The drawing goes first: erased later, it would take the error's last lines along.
        state.withLock { state in Terminal.write(erase(&state) + failure.description + "\n", to: 2) }
    }

    func close() {
        state.withLock { state in Terminal.write(erase(&state), to: 2) }
    }
}
