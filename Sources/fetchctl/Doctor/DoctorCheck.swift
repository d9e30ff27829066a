import Events
import FetchTypes
import JSONText

/// One line of `fetchctl doctor`.
struct DoctorCheck: Sendable, Equatable {
    enum State: String, Sendable {
        case good, warning, bad
    }

    var name: String
    var state: State
    /// What was found: no secret, one sentence or a list.
    var message: String
    /// What the user can do about it; nil where nothing is needed.
    var hint: String?

    init(_ name: String, _ state: State, _ message: String, do hint: String? = nil) {
        self.name = name
        self.state = state
        self.message = ForeignText(message).description
        self.hint = hint.map { ForeignText($0).description }
    }

    /// A failure as what was found.
    init(_ name: String, _ state: State, _ failure: Failure) {
        self.init(name, state, failure.message + (failure.why.map { " " + $0 } ?? ""), do: failure.hint)
    }

    var json: JSONTree {
        .object([("name", .string(name)), ("state", .string(state.rawValue)), ("message", .string(message)), ("hint", .of(hint))])
    }

    /// All checks as one object.
    static func json(_ checks: [DoctorCheck]) -> JSONTree { .object([("checks", .array(checks.map(\.json)))]) }

    /// A line each, what to do below it.
    /// - Parameter width: the terminal's; nil where lines may be of any length.
    static func text(_ checks: [DoctorCheck], hasColor: Bool, width: Int? = nil) -> PrintableText {
        let column = checks.map { Text.width($0.name) }.max() ?? 0
        let start = PrintableText.spaces(11 + column)
        return checks.map { check in
            let name: PrintableText = "\(check.name)" + PrintableText.spaces(column - Text.width(check.name))
            let plain = check.state.text(hasColor: false)
            let line = Prose.line("\(plain)  \(name)  \(check.message)", hang: start, width: width)
            let colored = line.without(prefix: plain).map { check.state.text(hasColor: hasColor) + $0 } ?? line
            guard let hint = check.hint else { return colored + "\n" }
            return colored + "\n" + Prose.line(start + "do: \(hint)", hang: start + "    ", width: width) + "\n"
        }.joined()
    }
}

extension DoctorCheck.State {
    fileprivate func text(hasColor: Bool) -> PrintableText {
        switch self {
        case .good: hasColor ? "\u{1B}[32mgood   \u{1B}[0m" : "good   "
        case .warning: hasColor ? "\u{1B}[33mwarning\u{1B}[0m" : "warning"
        case .bad: hasColor ? "\u{1B}[31mbad    \u{1B}[0m" : "bad    "
        }
    }
}
