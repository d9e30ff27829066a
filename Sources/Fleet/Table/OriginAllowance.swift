/// The number of segments that all members together may fetch from the origin at once: one each at first, more while the total rate
/// grows with it, half after a rate limit (429). Pure.
struct OriginAllowance: Sendable, Equatable {
    private(set) var limit: Int
    private let most: Int
    /// The highest total rate so far, and the limit at that time.
    private var best = 0.0
    private var bestLimit: Int
    private var measuredAt: Duration?
    private var frozenUntil: Duration = .zero

    private static let interval = Duration.seconds(2)
    /// The factor by which the rate must grow.
    private static let gain = 1.1
    /// How long the limit stays after a rate limit, and after an increase without effect.
    private static let pause = Duration.seconds(10)

    init(members: Int) {
        limit = max(1, members)
        bestLimit = max(1, members)
        most = 4 * max(1, members)
    }

    /// - Parameters:
    ///   - rates: the total over all members, bytes per second.
    ///   - inHand: the number of segments that are being fetched from the origin.
    mutating func measure(rates: Double, inHand: Int, now: Duration) {
        // With fewer segments than the limit, the limit does not determine the rate.
        guard inHand >= limit, now >= frozenUntil else {
            measuredAt = nil
            return
        }
        guard let since = measuredAt else {
            measuredAt = now
            return
        }
        guard now - since >= Self.interval else { return }
        measuredAt = now
        if rates > best * Self.gain {
            best = rates
            bestLimit = limit
            limit = min(most, limit + max(1, limit / 4))
        } else if limit > bestLimit {
            limit = bestLimit
            frozenUntil = now + Self.pause
        }
    }

    mutating func rateLimited(inHand: Int, now: Duration) {
        // Simultaneous rate limits count once.
        guard now >= frozenUntil || limit > max(1, inHand) else { return }
        limit = max(1, min(limit, max(1, inHand)) / 2)
        bestLimit = limit
        best = 0
        measuredAt = nil
        frozenUntil = now + Self.pause
    }

    /// The number of segments that one member that is alive may fetch at once.
    func share(of members: Int) -> Int { max(1, (limit + max(1, members) - 1) / max(1, members)) }
}
