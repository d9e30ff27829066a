/// Counts received bytes, and their rate over the last seconds.
struct RateWindow: Sendable {
    private(set) var total: Int64 = 0
    private var marks: [(time: ContinuousClock.Instant, total: Int64)] = []

    private static let length = Duration.seconds(3)

    mutating func add(_ bytes: Int64, at now: ContinuousClock.Instant = .now) {
        if marks.isEmpty { marks.append((now, total)) }
        total += bytes
        marks.append((now, total))
        while let second = marks.dropFirst().first, now - second.time > Self.length { marks.removeFirst() }
    }

    /// Bytes per second over the last ``length``.
    func rate(at now: ContinuousClock.Instant) -> Double {
        guard let first = marks.first(where: { now - $0.time <= Self.length }) else { return 0 }
        return Double(total - first.total) / max(0.5, (now - first.time) / .seconds(1))
    }
}
