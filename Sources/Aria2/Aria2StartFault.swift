/// Why no aria2c answered.
package enum Aria2StartFault: Error, Sendable, CustomStringConvertible {
    /// The program could not be run at all, or its configuration not be handed over.
    case cannotRun(String)
    /// An option's value is not to its liking (exit status 28); the option's name where it said it.
    case badOption(name: String?, lines: [String])
    /// It ended before it answered.
    case ended(Aria2Exit)
    /// Five ports were taken by other processes, one after the other.
    case portsTaken
    /// The program starts another one that listens: a script that does not `exec` aria2c.
    case wrapped
    /// It runs but does not answer in time, or answers what makes no sense.
    case silent(lines: [String])

    package var description: String {
        switch self {
        case .cannotRun(let why): "aria2c cannot be started: \(why)"
        case .badOption(let name, let lines):
            "aria2c does not accept " + (name.map { "the option \($0)" } ?? "its options") + Self.tail(lines)
        case .ended(let exit): "aria2c ended (\(exit.status)) before it answered" + Self.tail(exit.lines)
        case .portsTaken: "aria2c found no free port on 127.0.0.1"
        case .wrapped: "aria2c is a script that runs another program; it must exec it"
        case .silent(let lines): "aria2c does not answer" + Self.tail(lines)
        }
    }

    /// The newest line of what aria2c said.
    private static func tail(_ lines: [String]) -> String { lines.last.map { ": \($0)" } ?? "" }
}

/// How an aria2c ended. It has been reaped.
package struct Aria2Exit: Sendable, CustomStringConvertible {
    package enum Status: Sendable, Equatable, CustomStringConvertible {
        /// Its exit status; the numbers are those of ``Aria2ErrorTable``.
        case exited(Int32)
        case signaled(Int32)
        /// The kernel did not tell.
        case unknown

        package var description: String {
            switch self {
            case .exited(let code): "exit status \(code)"
            case .signaled(let number): "signal \(number)" + Self.meaning(number)
            case .unknown: "unknown status"
            }
        }

        /// What a signal means where it is not sent by a person: numbers of Linux on x86 and ARM.
        private static func meaning(_ signal: Int32) -> String {
            switch signal {
            case 4, 6, 7, 8, 11: " (it crashed)"
            case 9: " (it was killed, perhaps for want of memory)"
            case 31: " (a system call is forbidden here)"
            default: ""
            }
        }
    }

    package let status: Status
    /// The last 50 lines of its output at most, cleaned.
    package let lines: [String]

    package var description: String { "\(status)" }
}
