/// How many segments all members together may fetch from the origin at once: one each at first, more while the sum of all rates
/// grows with it, half where the origin refuses. Pure.
struct OriginAllowance: Sendable, Equatable {
    private(set) var limit: Int
    private let most: Int
    /// The highest sum of rates so far, and the limit that brought it.
    private var best = 0.0
    private var bestLimit: Int
    private var measuredAt: Duration?
    private var frozenUntil: Duration = .zero

    private static let interval = Duration.seconds(2)
    /// Growth that counts.
    private static let gain = 1.1
    /// Seconds without growing, after a refusal and after a step that brought nothing.
    private static let pause = Duration.seconds(10)

    init(members: Int) {
        limit = max(1, members)
        bestLimit = max(1, members)
        most = 4 * max(1, members)
    }

    /// - Parameters:
    ///   - rates: the sum over all members, bytes per second.
    ///   - inHand: segments that are fetched from the origin now.
    mutating func measure(rates: Double, inHand: Int, now: Duration) {
        // Below the limit it is not the limit that holds them back.
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

    mutating func refused(inHand: Int, now: Duration) {
        // Refusals of one moment count once.
        guard now >= frozenUntil || limit > max(1, inHand) else { return }
        limit = max(1, min(limit, max(1, inHand)) / 2)
        bestLimit = limit
        best = 0
        measuredAt = nil
        frozenUntil = now + Self.pause
    }

    /// What one of the living members may have in hand.
    func share(of members: Int) -> Int { max(1, (limit + max(1, members) - 1) / max(1, members)) }
}
