/// The counters that were seen from one sender: each is accepted once. Requests of one sender may overtake each other, so a counter
/// up to ``width`` behind the highest is accepted too.
struct ReplayWindow: Sendable, Equatable {
    private var highest: UInt64 = 0
    /// Bit k is set where the counter `highest - k` was seen.
    private var seen: UInt64 = 0
    /// How far a counter may be behind the highest.
    static let width: UInt64 = 64

    /// - Returns: false where the counter was seen, may have been seen, or is 0.
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
