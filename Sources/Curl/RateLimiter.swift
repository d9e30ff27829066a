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
        }
    }

    /// Seconds to wait before reading on; 0 when there is no debt.
    package func debtSeconds() -> Double {
        bucket.withLock { bucket in
            refill(&bucket)
            return bucket.balance >= 0 ? 0 : -bucket.balance / Double(bytesPerSecond)
        }
    }

    private func refill(_ bucket: inout Bucket) {
        let now = ContinuousClock.now
        let passed = (now - bucket.updated) / .seconds(1)
        // A tenth of a second may be saved up: enough to keep the line busy between two looks, too little to burst.
        bucket.balance = min(bucket.balance + passed * Double(bytesPerSecond), Double(bytesPerSecond) / 10)
        bucket.updated = now
    }
}
