/// The rate of a transfer over the last few seconds, steady enough to read and quick enough to believe.
package struct SpeedGauge: Sendable {
    private var samples: [(time: Double, bytes: Int64)] = []
    /// Seconds looked back.
    private let window: Double

    package init(window: Double = 5) { self.window = window }

    /// - Parameters:
    ///   - time: seconds on any clock that only goes forward.
    ///   - bytes: fetched so far.
    package mutating func add(time: Double, bytes: Int64) {
        samples.append((time, bytes))
        while samples.count > 2, time - samples[0].time > window { samples.removeFirst() }
    }

    /// Bytes per second; 0 until two samples are there.
    package var rate: Double {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return 0 }
        return max(0, Double(last.bytes - first.bytes) / (last.time - first.time))
    }
}
