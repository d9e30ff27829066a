/// Decides when a connection is so slow that the rest of its segment is requested over a second connection.
struct StragglerRule {
    /// How many times as long as another connection it would take for the rest.
    private let slowness: Double
    /// Seconds that a second request has to save at least.
    let leastGain: Double

    /// - Parameter isLimited: one rate limit holds for all connections together. A second request then slows the others, so only a
    ///   connection that hardly moves gets one.
    init(isLimited: Bool) {
        slowness = isLimited ? 10 : 3
        leastGain = isLimited ? 5 : 0.1
    }

    /// - Parameter expected: seconds that another connection would take for the rest; nil when that is not known yet.
    func isStraggler(_ segment: Segment, expected: Double?) -> Bool {
        guard let expected else { return false }
        let tooLong = max(expected * slowness, expected + leastGain)
        return segment.age > tooLong && segment.secondsLeft > tooLong
    }
}
