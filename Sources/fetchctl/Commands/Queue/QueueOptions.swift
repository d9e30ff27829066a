import ArgumentParser
import FetchTypes
import Queue

/// What `fetchctl add` understands of the queue.
struct QueueOptions: ParsableArguments {
    @Flag(help: "Add the line to the queue, print the job's number, and return.")
    var detach = false
    @Option(help: ArgumentHelp("As --detach, but not before this time: 02:30, 2026-12-01T02:30, +90m.", valueName: "time"))
    var at: String?
    @Option(help: ArgumentHelp("As --detach, but only between these times of each day: 23:00-07:00.", valueName: "times"))
    var between: String?
    @Option(help: ArgumentHelp("A command to run when the job is done, without a shell.", valueName: "command"))
    var onComplete: String?
    @Option(help: ArgumentHelp("A command to run when the job has failed or was cancelled.", valueName: "command"))
    var onError: String?

    /// Whether the line is put into the queue and left to the worker.
    var isDetached: Bool { detach || at != nil || between != nil }

    /// The times and commands, understood.
    struct Terms {
        var notBefore: Moment?
        var window: DailyWindow?
        var hooks = JobHooks()
    }

    /// - Throws: ``Failure`` with exit code 64.
    func terms(now: Moment = .now, clock: LocalClock = .system) throws(Failure) -> Terms {
        var terms = Terms()
        if let at { terms.notBefore = try StartTime.parse(at, now: now, clock: clock) }
        if let between { terms.window = try DailyWindow.option(between) }
        if let onComplete { terms.hooks.onComplete = try Self.command(onComplete, of: "--on-complete") }
        if let onError { terms.hooks.onError = try Self.command(onError, of: "--on-error") }
        return terms
    }

    private static func command(_ line: String, of option: String) throws(Failure) -> [String] {
        let words = try CommandWords.split(line, of: option)
        try LineSecrets.refuse(command: words, of: option)
        return words
    }
}
