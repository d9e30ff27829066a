/// Decides how many connections a file gets: few at first, more while more of them bring more.
struct ConnectionGrowth {
    private(set) var target: Int
    /// It stays as it is from here on.
    private(set) var isSettled = false
    private let ceiling: Int
    /// Bytes per second when the number was last raised.
    private var rateAtGrowth: Double = 0
    /// When the connections that are there now were asked for.
    private var asked: ContinuousClock.Instant
    /// What is measured: since when, from how many bytes on, and for how long.
    private var window: (start: ContinuousClock.Instant, bytes: Int64, length: Duration)?

    /// Measurements, each twice as long as the one before, that showed no growth since the last.
    private var doubts = 0

    static let start = 4
    private static let doubtsToSettle = 3
    /// A rate is measured for at least this long…
    private static let shortestWindow = Duration.milliseconds(20)
    /// …and for no longer than this.
    private static let longestWindow = Duration.seconds(1)

    /// - Parameter now: when the first connections are asked for.
    init(ceiling: Int, now: ContinuousClock.Instant) {
        self.ceiling = max(1, ceiling)
        target = min(Self.start, self.ceiling)
        asked = now
        isSettled = target == self.ceiling
    }

    /// Called now and then.
    /// - Parameters:
    ///   - bytes: what has come so far.
    ///   - working: connections that have brought bytes or are yet to.
    ///   - silent: those of them that are yet to.
    mutating func observe(_ bytes: Int64, at now: ContinuousClock.Instant, working: Int, silent: Int) {
        guard !isSettled, working >= target, silent == 0 else { return }
        guard let window else {
            // All of them bring something now. What that took is some round trips: bytes come in bursts of one each, and a
            // shorter window would measure those.
            return self.window = (now, bytes, min(Self.longestWindow, max(Self.shortestWindow, now - asked)))
        }
        let passed = now - window.start
        guard passed >= window.length else { return }
        let rate = Double(bytes - window.bytes) / (passed / .seconds(1))
        // A tenth more for twice the connections is not worth the next doubling.
        if rate > rateAtGrowth * 1.1 {
            rateAtGrowth = rate
            target = min(target * 2, ceiling)
            (asked, self.window, doubts) = (now, nil, 0)
            isSettled = target == ceiling
        } else if rate > 0 {
            // A busy moment of this machine or of the line halves a short window as well: too few would cost more than too many.
            doubts += 1
            isSettled = doubts == Self.doubtsToSettle
            self.window = (now, bytes, window.length * 2)
        } else {
            self.window = nil
        }
    }

    /// The host pushed back: go on with half, and stay there.
    mutating func shrink(working: Int) {
        isSettled = true
        target = max(1, min(target, working / 2))
    }
}
