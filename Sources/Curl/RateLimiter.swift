import Synchronization

/// A ceiling for bytes that may change at any time: a token bucket that may run into debt. One that is within another one
/// keeps to both: a job's within the process's.
///
/// Whatever has arrived is taken, and the debt is waited off before more is read, so that the average
/// holds exactly whatever the size of the chunks.
package final class RateLimiter: Sendable {
    private struct Bucket {
        /// Bytes per second, at least 1; nil for no ceiling.
        var ceiling: Int64?
        var balance: Double = 0
        var updated: ContinuousClock.Instant = .now
        /// Bytes per second that the other engine uses.
        var reserved: Double = 0
        var lastTaken: ContinuousClock.Instant?
    }
    private let bucket: Mutex<Bucket>
    private let outer: RateLimiter?

    /// - Parameters:
    ///   - bytesPerSecond: as ``set(_:)`` takes it.
    ///   - outer: another ceiling that holds besides.
    package init(bytesPerSecond: Int64?, within outer: RateLimiter? = nil) {
        self.outer = outer
        bucket = Mutex(Bucket(ceiling: bytesPerSecond.map { max(1, $0) }))
    }

    /// Bytes per second, at least 1; nil while there is no ceiling of its own.
    package var bytesPerSecond: Int64? { bucket.withLock { $0.ceiling } }

    /// The lowest of the ceilings that hold, in bytes per second; nil while none does.
    package var lowest: Int64? { [bytesPerSecond, outer?.lowest].compactMap(\.self).min() }

    /// Changes the ceiling from now on: what was owed under the old one is forgotten.
    /// - Parameter bytesPerSecond: nil for none; less than 1 counts as 1.
    package func set(_ bytesPerSecond: Int64?) {
        bucket.withLock { bucket in
            let ceiling = bytesPerSecond.map { max(1, $0) }
            guard ceiling != bucket.ceiling else { return }
            bucket.ceiling = ceiling
            (bucket.balance, bucket.updated) = (0, .now)
        }
    }

    /// Takes bytes that arrived out of the bucket.
    package func take(_ count: Int) {
        bucket.withLock { bucket in
            let now = ContinuousClock.now
            bucket.lastTaken = now
            guard let rate = rate(bucket) else { return }
            refill(&bucket, rate, now)
            bucket.balance -= Double(count)
        }
        outer?.take(count)
    }

    /// Leaves that much of the ceiling to the other engine, which is not counted here; 0 to have all of it again.
    package func reserve(_ bytesPerSecond: Double) { bucket.withLock { $0.reserved = bytesPerSecond } }

    /// Bytes were taken within the last second.
    package var isInUse: Bool { bucket.withLock { $0.lastTaken.map { ContinuousClock.now - $0 < .seconds(1) } ?? false } }

    /// Seconds to wait before reading on; 0 when there is no debt. A change of the ceiling may end the wait earlier.
    package func debtSeconds() -> Double {
        let own = bucket.withLock { bucket in
            guard let rate = rate(bucket) else { return 0.0 }
            refill(&bucket, rate, .now)
            return bucket.balance >= 0 ? 0 : -bucket.balance / rate
        }
        return max(own, outer?.debtSeconds() ?? 0)
    }

    private func refill(_ bucket: inout Bucket, _ rate: Double, _ now: ContinuousClock.Instant) {
        let passed = (now - bucket.updated) / .seconds(1)
        // A tenth of a second may be saved up: enough to keep the line busy between two looks, too little to burst.
        bucket.balance = min(bucket.balance + passed * rate, rate / 10)
        bucket.updated = now
    }

    /// Bytes per second; nil for no ceiling.
    private func rate(_ bucket: Bucket) -> Double? { bucket.ceiling.map { max(1, Double($0) - bucket.reserved) } }
}
