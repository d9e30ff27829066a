import Synchronization

/// How many file bodies are on their way.
final class TransferCount: Sendable {
    /// One body's place; free again when its last holder has gone, however the body ended.
    final class Place: Sendable {
        private let count: TransferCount

        fileprivate init(_ count: TransferCount) { self.count = count }

        deinit { count.taken.withLock { $0 -= 1 } }
    }

    private let taken = Mutex(0)

    /// A place, unless `limit` are taken.
    func take(limit: Int) -> Place? {
        let isFree = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        return isFree ? Place(self) : nil
    }
}
