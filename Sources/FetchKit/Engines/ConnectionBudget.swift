import Synchronization

/// How many connections the whole process holds to each host: a source sees one guest, however many files it
/// fetches, and the files share alike.
package final class ConnectionBudget: Sendable {
    private struct Host {
        var used = 0
        var files = 0
        /// After the host pushed back: how many it gets, and when it last did so.
        var ceiling: Int?
        var pushedBack: ContinuousClock.Instant?
    }

    private struct State {
        var hosts: [String: Host] = [:]
        var crowd: Int
    }

    private let limit: Int
    /// A host that pushes back several connections at once has said it once.
    private static let onePushBack = Duration.seconds(1)
    /// Without a push-back for this long, a host is tried with twice as many.
    private static let recovery = Duration.seconds(30)
    private let state: Mutex<State>

    /// - Parameters:
    ///   - limit: connections to one host over all files.
    ///   - crowd: see ``setCrowd(_:)``.
    package init(limit: Int = 32, crowd: Int = 1) {
        self.limit = limit
        state = Mutex(State(crowd: crowd))
    }

    /// Says how many files are under way or about to be, so that the first ones do not take what the next will need.
    package func setCrowd(_ files: Int) { state.withLock { $0.crowd = files } }

    /// A file begins to fetch from a host.
    package func seat(at host: String) -> Seat {
        state.withLock { $0.hosts[host, default: Host()].files += 1 }
        return Seat(budget: self, host: host)
    }

    /// One file's part of the budget. Given back whole when the last reference goes.
    package final class Seat: Sendable {
        private let budget: ConnectionBudget
        private let host: String
        private let held = Atomic(0)

        fileprivate init(budget: ConnectionBudget, host: String) {
            self.budget = budget
            self.host = host
        }

        deinit {
            let held = held.load(ordering: .relaxed)
            budget.state.withLock { state in
                state.hosts[host]?.used -= held
                state.hosts[host]?.files -= 1
            }
        }

        /// Connections that the file holds now.
        package var count: Int { held.load(ordering: .relaxed) }

        /// Takes up to `wanted` more, within the fair share. The first is always granted: every file must get on.
        /// - Returns: how many were granted.
        package func take(_ wanted: Int = 1) -> Int {
            budget.state.withLock { state in
                let mine = held.load(ordering: .relaxed)
                let free = min(budget.share(state, host) - mine, budget.limit(of: state.hosts[host]) - (state.hosts[host]?.used ?? 0))
                let granted = max(mine == 0 ? min(1, wanted) : 0, min(wanted, free))
                held.add(granted, ordering: .relaxed)
                state.hosts[host]?.used += granted
                return granted
            }
        }

        package func giveBack(_ count: Int = 1) {
            budget.state.withLock { state in
                held.subtract(count, ordering: .relaxed)
                state.hosts[host]?.used -= count
            }
        }

        /// The host refused or broke a connection: all files together hold half as many to it from now on.
        package func pushBack() {
            budget.state.withLock { state in
                guard var there = state.hosts[host] else { return }
                let now = ContinuousClock.now
                if let last = there.pushedBack, now - last < ConnectionBudget.onePushBack { return }
                there.ceiling = max(1, min(budget.limit(of: there), there.used) / 2)
                there.pushedBack = now
                state.hosts[host] = there
            }
        }

        /// Others have come since: a connection that ends should not be made again.
        package var isOverShare: Bool {
            budget.state.withLock { state in max(1, budget.share(state, host)) < held.load(ordering: .relaxed) }
        }
    }

    private func share(_ state: State, _ host: String) -> Int {
        limit(of: state.hosts[host]) / max(1, state.hosts[host]?.files ?? 1, state.crowd)
    }

    private func limit(of host: Host?) -> Int {
        guard let ceiling = host?.ceiling, let pushedBack = host?.pushedBack else { return limit }
        let doublings = Int((ContinuousClock.now - pushedBack) / Self.recovery)
        return doublings > 5 ? limit : min(limit, ceiling << doublings)
    }
}
