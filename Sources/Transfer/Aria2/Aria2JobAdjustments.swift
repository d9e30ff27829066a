import Aria2

/// Decides when a running job of aria2c is changed: every change interrupts its connections for a moment.
struct Aria2JobAdjustments {
    enum Adjustment: Equatable {
        /// Give it a new link before the old one expires.
        case renewLink
        /// Make this many connections again.
        case reopen(Int)
        /// Give it the connections that other files have left over.
        case widen
    }

    private static let changeEvery = Duration.seconds(3)
    private static let renewEvery = Duration.seconds(1)
    /// A rest that is smaller is not worth a change. Bytes.
    private static let worthChanging: Int64 = 32 << 20
    /// Connections that are fewer than three quarters of the permitted ones for this long are made again.
    private static let thinFor = Duration.seconds(2)
    /// They are not made again more often than this: a server that has closed connections closes them again.
    private static let reopenEvery = Duration.seconds(10)

    private var changed: ContinuousClock.Instant
    /// When it last had enough connections.
    private var fullUntil: ContinuousClock.Instant
    private var reopened: ContinuousClock.Instant?

    init(now: ContinuousClock.Instant) {
        changed = now
        fullUntil = now
    }

    /// - Parameter permitted: connections that the job may have.
    /// - Returns: what to do now; the caller does it.
    mutating func next(
        _ status: Aria2Status, permitted: Int, isLinkExpiring: Bool, now: ContinuousClock.Instant
    ) -> Adjustment? {
        let connections = status.connections ?? 0
        let hasMuchLeft = (status.totalLength ?? 0) - (status.completedLength ?? 0) > Self.worthChanging
        if !hasMuchLeft || 4 * connections >= 3 * permitted { fullUntil = now }
        if isLinkExpiring, now - changed > Self.renewEvery {
            changed = now
            return .renewLink
        }
        if now - fullUntil > Self.thinFor, reopened.map({ now - $0 > Self.reopenEvery }) ?? true {
            (reopened, fullUntil) = (now, now)
            return .reopen(permitted - connections)
        }
        if hasMuchLeft, now - changed > Self.changeEvery {
            changed = now
            return .widen
        }
        return nil
    }
}
