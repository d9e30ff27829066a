import FetchTypes
import Synchronization

/// The connections to one host that one file may hold, taken from the ``ConnectionBudget``. All are given back when the last
/// reference goes.
package final class HostConnectionPermit: Sendable {
    private let budget: ConnectionBudget
    let host: Origin
    /// What it counts for among the files that share the host: 1, or 0 for a small file.
    private let files: Int
    private let held = Mutex(0)

    init(budget: ConnectionBudget, host: Origin, files: Int) {
        self.budget = budget
        self.host = host
        self.files = files
    }

    deinit { budget.takeBack(held.withLock { $0 }, files: files, at: host) }

    /// Connections that the file holds now.
    package var count: Int { held.withLock { $0 } }

    /// Takes up to `wanted` more, within the fair share. The first is always granted, so that every file makes progress.
    /// - Returns: how many were granted.
    package func take(_ wanted: Int = 1) -> Int {
        held.withLock { held in
            let granted = budget.grant(wanted, holding: held, at: host)
            held += granted
            return granted
        }
    }

    package func giveBack(_ count: Int = 1) {
        held.withLock { $0 -= count }
        budget.takeBack(count, at: host)
    }

    /// The host refused or broke a connection: all files together hold half as many to it from now on.
    package func pushBack() { budget.pushBack(at: host) }

    /// More files share the host now: a connection that ends should not be made again.
    package var isOverShare: Bool { count > budget.fairShare(at: host) }
}
