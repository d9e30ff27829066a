import Aria2

/// Decides when an aria2c job is ended because its last connections hardly move. aria2c gives each piece to one connection and never
/// takes it away: one connection that crawls keeps its piece, and the others, which have nothing left to do, close. A job that is
/// started again asks for the rest of that piece over a fresh connection.
struct Aria2StragglerRule: Sendable {
    /// The time over which the present rate is measured. Seconds.
    private static let window = 2.0
    /// A rate is a crawl when the job has been this many times faster.
    private static let slowness = 20.0
    /// A rest that takes less time than this at the present rate is waited for. Seconds.
    private static let worthWaiting = 4.0
    /// A job must have brought this much before it is ended: each restart then stands for progress. Bytes.
    private static let leastProgress: Int64 = 1 << 20

    private var samples: [(time: ContinuousClock.Instant, bytes: Int64)] = []
    private var first: Int64?
    /// Bytes per second, over the best window.
    private var best = 0.0

    /// Takes a status of the job.
    /// - Parameter permitted: connections that the job may have.
    /// - Returns: whether the job should be ended and started again.
    mutating func observe(_ status: Aria2Status, permitted: Int, now: ContinuousClock.Instant) -> Bool {
        // Before it has read its control file, aria2c says 0.
        guard let bytes = status.completedLength, let total = status.totalLength, bytes > 0, total > bytes else { return false }
        let first = first ?? bytes
        self.first = first
        samples.append((now, bytes))
        // The oldest sample that is kept is the last one before the window.
        while samples.count > 2, (now - samples[1].time) / .seconds(1) >= Self.window { samples.removeFirst() }
        let seconds = (now - samples[0].time) / .seconds(1)
        guard seconds > 0 else { return false }
        let came = Double(bytes - samples[0].bytes)
        best = max(best, came / max(seconds, Self.window))
        // Silence is no crawl: it has a timeout of its own.
        guard seconds >= Self.window, came > 0, bytes - first >= Self.leastProgress else { return false }
        let rate = came / seconds
        // While most connections are at work the line is slow, not a connection.
        return permitted > 1 && 2 * (status.connections ?? permitted) <= permitted
            && rate * Self.slowness < best && Double(total - bytes) / rate > Self.worthWaiting
    }
}
