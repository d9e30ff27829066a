/// What the process answers with: the numbers of `sysexits.h`, and 128 + signal.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case success = 0
    /// A check found what it looks for: `sync --check`, `doctor`. Never a failure's own code.
    case differs = 1
    case usage = 64
    case wrongData = 65
    case notFound = 66
    case unavailable = 69
    case cannotCreate = 73
    case inputOutput = 74
    case temporary = 75
    case notAllowed = 77
    case configuration = 78
    case hungUp = 129
    case interrupted = 130
    case terminated = 143
}
