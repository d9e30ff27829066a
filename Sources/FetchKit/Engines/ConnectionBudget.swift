import Synchronization

/// How many connections the whole process holds to each host: a source sees one guest, however many files it fetches.
package final class ConnectionBudget: Sendable {
    private let limit: Int
    private let used = Mutex<[String: Int]>([:])

    /// - Parameter limit: connections to one host over all files.
    package init(limit: Int = 32) { self.limit = limit }

    /// Takes up to `wanted` connections. One is always granted: every file must get on.
    package func take(_ wanted: Int, host: String) -> Int {
        used.withLock { used in
            let granted = max(1, min(wanted, limit - used[host, default: 0]))
            used[host, default: 0] += granted
            return granted
        }
    }

    /// Takes one more, if there is one.
    package func tryTake(host: String) -> Bool {
        used.withLock { used in
            guard used[host, default: 0] < limit else { return false }
            used[host, default: 0] += 1
            return true
        }
    }

    package func giveBack(_ count: Int = 1, host: String) {
        used.withLock { $0[host, default: count] -= count }
    }
}
