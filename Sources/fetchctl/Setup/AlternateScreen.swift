import FetchTypes
import Synchronization

/// The terminal's second screen, with keys that come one by one. What was on the terminal before is there again after ``leave()``.
final class AlternateScreen: Sendable {
    private let isOpen = Mutex(false)

    private static let entering: PrintableText = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J"
    /// Shows the cursor and the first screen.
    static let leaving: StaticString = "\u{1B}[?25h\u{1B}[?1049l"

    func enter() {
        isOpen.withLock { isOpen in
            guard !isOpen else { return }
            isOpen = true
            CrashRescue.prepare()
            KeyReader.begin()
            Terminal.draw(Self.entering, to: 1)
        }
    }

    /// Whatever is drawn after this is not shown. What was written before has left this process when it returns.
    func leave() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = false
            Terminal.draw(PrintableText(stringLiteral: Self.leaving), to: 1)
            OutputPort.flush()
            KeyReader.end()
        }
    }

    func draw(_ text: PrintableText) {
        isOpen.withLock { isOpen in
            if isOpen, !text.isEmpty { Terminal.draw(text, to: 1) }
        }
    }
}
