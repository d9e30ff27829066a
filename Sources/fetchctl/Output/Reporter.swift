import Events
import FetchKit
import FetchTypes
import JSONText
import Synchronization

/// Shows what happens, in one of the forms that a user may want. Called from any task.
protocol Reporter: Sendable {
    func handle(_ event: Event)
    /// What a settled request leaves on standard output; in the order given.
    func put(_ text: OutputText)
    /// An error that belongs to no file: of the command line, of the configuration.
    func fail(_ failure: Failure)
    /// The window has another size, or (`afterPause`) we were halted and go on.
    func redraw(afterPause: Bool)
    /// One request is settled.
    func settle(_ result: Batch.Result)
    /// Nothing more comes; leaves the terminal as it was.
    func close()
}

extension Reporter {
    func redraw(afterPause: Bool) {}

    func settle(_ result: Batch.Result) {
        if case .there(let paths) = result { put(OutputText(paths: paths)) }
    }
}

/// One JSON object a line on standard output, and nothing else there.
final class JSONReporter: Reporter {
    private let hasEnded = Atomic(false)
    /// Whether the summary says how many files of a list are other than before, also where nothing was begun.
    private let countsChanges: Bool

    init(countsChanges: Bool = false) { self.countsChanges = countsChanges }

    func handle(_ event: Event) {
        var event = event
        switch event {
        // There is one summary, also where the end comes while it is being written.
        case .summary(var summary):
            if hasEnded.exchange(true, ordering: .relaxed) { return }
            if countsChanges, summary.changed == nil { summary.changed = 0 }
            event = .summary(summary)
        case .progress: if OutputPort.output.isBehind { return }
        default: break
        }
        Terminal.write(event.json(time: Timestamp.now()))
    }

    func put(_ text: OutputText) {}

    func fail(_ failure: Failure) {
        let fields = [
            ("event", JSONTree.string("failed")), ("time", .string(Timestamp.now())), ("id", .null), ("ref", .null), ("path", .null),
        ]
        Terminal.write(JSONTree.object(fields + failure.jsonFields + [("kept_bytes", .integer(0))]))
        handle(.summary(Event.Summary(code: failure.code.rawValue, failed: 1)))
        Terminal.write(failure.printable + "\n", to: 2)
    }

    func close() {}
}
