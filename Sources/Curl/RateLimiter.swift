import Synchronization

/// One ceiling for the bytes of the whole process: a token bucket that may run into debt.
///
/// Whatever has arrived is taken, and the debt is waited off before more is read, so that the average
/// holds exactly whatever the size of the chunks.
package final class RateLimiter: Sendable {
    /// Bytes per second; never 0.
    package let bytesPerSecond: Int64
    private struct Bucket {
        var balance: Double
        var updated: ContinuousClock.Instant
        /// Bytes per second that somebody else uses.
        var reserved: Double = 0
        var lastTaken: ContinuousClock.Instant?
    }
    private let bucket: Mutex<Bucket>

    package init(bytesPerSecond: Int64) {
        self.bytesPerSecond = max(1, bytesPerSecond)
        bucket = Mutex(Bucket(balance: 0, updated: .now))
    }

    /// Takes bytes that arrived out of the bucket.
    package func take(_ count: Int) {
        bucket.withLock { bucket in
            refill(&bucket)
            bucket.balance -= Double(count)
            bucket.lastTaken = bucket.updated
        }
    }

    /// Leaves that much of the ceiling to somebody who is not counted here; 0 to have all of it again.
    package func reserve(_ bytesPerSecond: Double) { bucket.withLock { $0.reserved = bytesPerSecond } }

    /// Bytes were taken within the last second.
    package var isInUse: Bool { bucket.withLock { $0.lastTaken.map { ContinuousClock.now - $0 < .seconds(1) } ?? false } }

    /// Seconds to wait before reading on; 0 when there is no debt.
    package func debtSeconds() -> Double {
        bucket.withLock { bucket in
            refill(&bucket)
            return bucket.balance >= 0 ? 0 : -bucket.balance / rate(bucket)
        }
    }

    private func refill(_ bucket: inout Bucket) {
        let now = ContinuousClock.now
        let passed = (now - bucket.updated) / .seconds(1)
        // A tenth of a second may be saved up: enough to keep the line busy between two looks, too little to burst.
        bucket.balance = min(bucket.balance + passed * rate(bucket), rate(bucket) / 10)
        bucket.updated = now
    }

    private func rate(_ bucket: Bucket) -> Double { max(1, Double(bytesPerSecond) - bucket.reserved) }
}
