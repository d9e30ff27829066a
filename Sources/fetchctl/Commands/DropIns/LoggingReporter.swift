import Events
import FetchKit
import FetchTypes

/// What happens as lines with their time, as aria2c's log has them; standard error gets what it would get without.
struct LoggingReporter: Reporter {
    let base: any Reporter
    let descriptor: Int32

    func handle(_ event: Event) {
        if let text = EventWords.line(event, verbose: true) {
            Terminal.write("\(Timestamp.now()) [\(Self.level(event))] \(text)\n", to: descriptor)
        }
        base.handle(event)
    }

    private static func level(_ event: Event) -> String {
        switch event {
        case .failed: "ERROR"
        case .warning(_, let kind, _) where kind != "note": "WARN"
        default: "NOTICE"
        }
    }

    func settle(_ result: Batch.Result) { base.settle(result) }
    func put(_ text: OutputText) { base.put(text) }

    func fail(_ failure: Failure) {
        Terminal.write("\(Timestamp.now()) [ERROR] \(failure.printable)\n", to: descriptor)
        base.fail(failure)
    }

    func redraw(afterPause: Bool) { base.redraw(afterPause: afterPause) }

    func close() { base.close() }
}
