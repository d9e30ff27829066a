import Synchronization

/// Shares out rates: each key may send so many bytes per second, over all the answers that it names.
///
/// Kept per connection rather than per answer, short ranges cannot outrun it.
final class Pacer: Sendable {
    private let free = Mutex<[String: ContinuousClock.Instant]>([:])

    /// Books `count` bytes for a key and says when they may leave.
    func book(_ count: Int, for key: String, bytesPerSecond: Int64) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        return free.withLock { free in
            if free.count > 1000 { free = free.filter { $0.value > now } }
            let start = max(now, free[key] ?? now)
            free[key] = start + .seconds(Double(count) / Double(max(1, bytesPerSecond)))
            return start
        }
    }
}
