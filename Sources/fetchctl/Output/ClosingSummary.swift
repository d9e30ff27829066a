import Events

/// The last line of `--json` of a command that downloads nothing, as `add` has it.
struct ClosingSummary {
    private let started = ContinuousClock.now
    /// Its code, and how many files were done, passed over and failed.
    var counts = Event.Summary(code: 0)

    func write() {
        var summary = counts
        summary.seconds = (ContinuousClock.now - started) / .seconds(1)
        Terminal.write(Event.summary(summary).json(time: Timestamp.now()))
    }
}
