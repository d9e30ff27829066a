import FetchTypes
import Storage

/// What commands work with, as a value: nothing below reads a global.
struct Context: Sendable {
    let environment: [String: String]
    let signals: Signals
    let arguments: TypedArguments
    /// A variable of ours that names a path and is not UTF-8; nil when there is none.
    var unreadableVariable: String? = nil

    /// For commands that paths are given to: without a current directory a relative one would be taken from the root.
    /// - Throws: ``Failure`` when it has been removed, or its path is not UTF-8.
    func requireCurrentDirectory() throws(Failure) {
        if let bytes = Path.currentDirectoryBytes {
            guard SystemText.read(bytes) == nil else { return }
            throw SystemText.refusal("the current directory \(SystemText.shown(bytes))")
        }
        throw Failure(
            .exists, "the current directory no longer exists.", why: "relative paths lead nowhere from here.",
            hint: "cd to another one first.")
    }

    /// With too few of them connections, files and aria2c's pipes get in each other's way, and some of that ends in silence.
    func requireDescriptors() throws(Failure) {
        let limit = ProcessTable.descriptorLimit
        guard limit < 64 else { return }
        throw Failure(
            .io, "this process may open only \(limit) files at once; 64 are needed.",
            why: "a limit of the shell or the system (ulimit -Hn).",
            hint: "raise it where it was set, for example with: ulimit -n 1024")
    }

    /// The form of output of a command without options of its own.
    func reporter(json: Bool) -> any Reporter {
        json ? jsonReporter : LineReporter(line: ProgressLine(), verbose: false, quiet: false)
    }

    /// The form for programs.
    var jsonReporter: JSONReporter {
        JSONReporter(countsChanges: arguments.values.first.map { ["sync", "lock", "tree", "import"].contains($0) } ?? false)
    }

    /// The form for people that suits what standard error leads to.
    func reporter(line: ProgressLine, verbose: Bool, quiet: Bool) -> any Reporter {
        let terminal = Terminal(environment: environment)
        if quiet { return LineReporter(line: line, verbose: verbose, quiet: true) }
        switch terminal.kind {
        case .plain: return LineReporter(line: line, verbose: verbose, quiet: false)
        case .cell: return CellReporter(terminal: terminal, line: line, verbose: verbose)
        case .screen:
            let reporter = ScreenReporter(terminal: terminal, line: line, verbose: verbose)
            signals.onResize { reporter.redraw(afterPause: false) }
            return reporter
        }
    }
}
