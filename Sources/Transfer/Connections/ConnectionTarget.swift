/// How many connections a file gets: all that are allowed at once, as far as each has enough to fetch; fewer once the host
/// has pushed back.
struct ConnectionTarget: Equatable {
    /// Connections to hold now; at least 1.
    private(set) var count: Int

    /// A connection that fetches less than this is not worth making. Bytes.
    private static let worthConnecting: Int64 = 1 << 20

    /// - Parameters:
    ///   - allowed: connections at most.
    ///   - missing: bytes that are still to be fetched.
    init(allowed: Int, missing: Int64) {
        let fed = max(1, missing / Self.worthConnecting)
        count = max(1, Int(min(Int64(allowed), fed)))
    }

    /// The host pushed back: half of those that worked are kept.
    mutating func shrink(working: Int) { count = max(1, min(count, working / 2)) }
}
