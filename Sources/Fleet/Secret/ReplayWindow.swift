/// Which counters of one sender have been seen: each is taken once. Requests of one sender overtake each other, so those that
/// are a little behind the highest are taken too.
struct ReplayWindow: Sendable, Equatable {
    private var highest: UInt64 = 0
    /// Bit k: the counter `highest - k` has been seen.
    private var seen: UInt64 = 0
    /// How far a counter may be behind the highest.
    static let width: UInt64 = 64

    /// - Returns: false where the counter has been seen, may have been, or is 0.
    mutating func take(_ counter: UInt64) -> Bool {
        guard counter > 0 else { return false }
        if counter > highest {
            let step = counter - highest
            seen = step >= Self.width ? 1 : seen << step | 1
            highest = counter
            return true
        }
        let behind = highest - counter
        guard behind < Self.width, seen & (1 << behind) == 0 else { return false }
        seen |= 1 << behind
        return true
    }
}
