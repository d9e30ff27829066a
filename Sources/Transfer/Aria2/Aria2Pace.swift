/// Holds aria2c to a rate. Its own limiter keeps to what it is told for nine seconds and lets nothing through in the
/// tenth (measured with 1.36), so that 90 % come: it is told as much more as ten seconds have lacked.
struct Aria2Pace: Sendable {
    /// What is to come, in bytes per second.
    private let target: Double
    /// What aria2c is told, in bytes per second.
    private(set) var told: Double
    private var bytes = 0.0
    private var seconds = 0.0

    /// The period of aria2's limiter: anything shorter would follow its swing and make it worse.
    private static let window = 10.0
    /// What it is told at first, as a part of the target: not so much that the first ten seconds are over it.
    private static let first = 1.06
    /// However little comes, it is told no more than this: the line may get better at any moment.
    private static let most = 1.12
    private static let least = 0.9
    /// A little below the target, so that no ten seconds are far over it.
    private static let aim = 0.98

    init(target: Double) {
        self.target = target
        told = target * Self.first
    }

    /// - Parameters:
    ///   - bytes: what came since the last call.
    ///   - seconds: the time since then.
    ///   - share: the part of the target that is aria2c's, 0 to 1; the rest is the other engine's.
    /// - Returns: what to tell it now, when that is something else than before.
    mutating func observe(bytes count: Int64, seconds passed: Double, share: Double) -> Int64? {
        let before = Int64(told)
        let wanted = target * share
        if told > wanted * (Self.most + 0.01) || told < wanted * (Self.least - 0.01) {
            // The other engine begins or ends: what was before does not count.
            told = wanted * Self.first
            (bytes, seconds) = (0, 0)
        } else {
            // What a resumed file already had is no transfer, nor is the time before the first byte.
            if Double(count) < 4 * target * max(passed, 0.5) { bytes += Double(count) }
            if bytes > 0 { seconds += passed }
            guard seconds >= Self.window else { return nil }
            let lack = min(1.08, max(0.92, wanted * Self.aim / (bytes / seconds)))
            told = min(wanted * Self.most, max(wanted * Self.least, told * lack))
            (bytes, seconds) = (0, 0)
        }
        return Int64(told) == before ? nil : Int64(told)
    }
}
