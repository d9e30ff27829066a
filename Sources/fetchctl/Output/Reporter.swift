import FetchKit
import FetchTypes

/// Shows what happens, in one of the forms that a user may want. Called from any task.
protocol Reporter: Sendable {
    func handle(_ event: Event)
    /// One request is settled; in the order given.
    func settle(_ reference: String, _ result: Batch.Result)
    /// An error that belongs to no file: of the command line, of the configuration.
    func fail(_ failure: Failure)
    /// The window has another size, or (`afterPause`) we were halted and go on.
    func redraw(afterPause: Bool)
    /// Nothing more comes; leaves the terminal as it was.
    func close()
}

extension Reporter {
    func redraw(afterPause: Bool) {}
}

/// One JSON object a line on standard output, and nothing else there.
struct JSONReporter: Reporter {
    func handle(_ event: Event) {
        Terminal.write(event.json(time: Timestamp.now()).text + "\n", to: 1)
    }

    func settle(_ reference: String, _ result: Batch.Result) {}

    func fail(_ failure: Failure) {
        let fields = [
            ("event", JSONText.string("failed")), ("time", .string(Timestamp.now())), ("id", .null), ("ref", .null), ("path", .null),
        ]
        Terminal.write(JSONText.object(fields + failure.jsonFields + [("kept_bytes", .integer(0))]).text + "\n", to: 1)
        handle(.summary(Event.Summary(code: failure.code.rawValue, failed: 1)))
        Terminal.write(failure.description + "\n", to: 2)
    }

    func close() {}
}
