package import Aria2
import Synchronization

/// Which engines this process has: known from the start, or found while sources are being asked, because asking aria2c for its version
/// takes longer than a round trip on a short line.
package final class EngineSearch: Sendable {
    /// What was found.
    package struct Found: Sendable {
        /// Nil when aria2c is not there or not wanted.
        package let supervisor: Aria2Supervisor?
        /// Which engine that makes, in one line; nil: the user chose and knows.
        package let note: String?
        /// What another aria2c is started with, that exchanges segments with other machines.
        package let peerLaunch: Aria2Launch?

        package init(supervisor: Aria2Supervisor? = nil, note: String? = nil, peerLaunch: Aria2Launch? = nil) {
            self.supervisor = supervisor
            self.note = note
            self.peerLaunch = peerLaunch
        }
    }

    private enum State {
        case searching([CheckedContinuation<Found, Never>])
        case found(Found)
    }

    private let state: Mutex<State>
    private let search: @Sendable () async -> Found

    /// One that has ended.
    package init(_ found: Found = Found()) {
        state = Mutex(.found(found))
        search = { found }
    }

    /// One that ``run()`` makes; a cancelled search has to end too.
    package init(search: @escaping @Sendable () async -> Found) {
        state = Mutex(.searching([]))
        self.search = search
    }

    /// What was found by now.
    package var current: Found? { state.withLock { if case .found(let found) = $0 { found } else { nil } } }

    /// What was found; waits for it while ``run()`` runs.
    package func found() async -> Found {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Found? in
                switch state {
                case .found(let found): return found
                case .searching(let waiters):
                    state = .searching(waiters + [continuation])
                    return nil
                }
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Searches, where that is still to be done, and supervises what was found until the task is cancelled.
    package func run() async {
        if current == nil { settle(await search()) }
        await current?.supervisor?.run()
    }

    private func settle(_ found: Found) {
        let waiters = state.withLock { state -> [CheckedContinuation<Found, Never>] in
            guard case .searching(let waiters) = state else { return [] }
            state = .found(found)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: found) }
    }
}
