import DropIns
import Events
import FetchKit
import FetchTypes
import Synchronization

/// A reporter of plain lines whose progress is told as wget does.
final class PercentReporter: Reporter {
    private let base: any Reporter
    private let lines: Mutex<PercentLines>

    init(_ base: any Reporter, style: PercentStyle) {
        self.base = base
        lines = Mutex(PercentLines(style: style))
    }

    func handle(_ event: Event) {
        lines.withLock { if let text = $0.text(event) { Terminal.draw(text, to: 2) } }
        if case .progress = event { return }
        base.handle(event)
    }

    func settle(_ result: Batch.Result) { base.settle(result) }
    func put(_ text: OutputText) { base.put(text) }
    func fail(_ failure: Failure) { base.fail(failure) }
    func redraw(afterPause: Bool) { base.redraw(afterPause: afterPause) }
    func close() { base.close() }
}
