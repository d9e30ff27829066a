import FetchKit
import FetchTypes

/// What commands work with, as a value: nothing below reads a global.
struct Context: Sendable {
    let environment: [String: String]
    let signals: Signals
    let arguments: TypedArguments

    /// The form in which a command without options of its own speaks.
    func reporter(json: Bool) -> any Reporter {
        json ? JSONReporter() : LineReporter(line: ProgressLine(), verbose: false, quiet: false)
    }
}
