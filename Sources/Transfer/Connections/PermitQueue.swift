import Synchronization

/// So many pieces of work at once; who is first in the queue gets the next permit.
package final class PermitQueue: Sendable {
    /// For whom the work is: a batch, by the number of its job.
    package typealias Owner = Int

    private struct Waiter {
        let id: Int
        let owner: Owner
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var limit: Int
        var held: [Owner: Int] = [:]
        var waiting: [Waiter] = []
        /// Those that ended before they waited.
        var cancelled: Set<Int> = []
        var places: [Owner: Int] = [:]
        var nextID = 0

        var free: Int { limit - held.values.reduce(0, +) }

        /// The one whose turn it is, if there is a permit for it.
        mutating func takeNext() -> Waiter? {
            guard free > 0 else { return nil }
            // The first of those with the best place: the others of an owner came later.
            guard let next = waiting.indices.min(by: { place(waiting[$0]) < place(waiting[$1]) }) else { return nil }
            held[waiting[next].owner, default: 0] += 1
            return waiting.remove(at: next)
        }

        private func place(_ waiter: Waiter) -> (Int, Int) { (places[waiter.owner] ?? .max, waiter.id) }
    }

    private let state: Mutex<State>

    /// - Parameter limit: at least 1.
    package init(_ limit: Int) { state = Mutex(State(limit: max(1, limit))) }

    package var limit: Int { state.withLock { $0.limit } }

    /// Changes how many permits there are; those that are held stay.
    package func setLimit(_ limit: Int) {
        let isMore = state.withLock { state in
            defer { state.limit = max(1, limit) }
            return limit > state.limit
        }
        if isMore { grant() }
    }

    /// The order in which the owners get permits from now on; others come behind them.
    package func setOrder(_ owners: [Owner]) {
        state.withLock { $0.places = Dictionary(owners.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }) }
    }

    /// Work of an owner that is under way or waits for a permit.
    package func load(of owner: Owner) -> Int {
        state.withLock { state in (state.held[owner] ?? 0) + state.waiting.count { $0.owner == owner } }
    }

    /// Runs `body` with a permit. When the task is cancelled while it waits, `body` runs at once, and has to look for that.
    package func with<Result>(_ owner: Owner, _ body: () async throws -> Result) async rethrows -> Result {
        let isHeld = await acquire(owner)
        defer { if isHeld { release(owner) } }
        return try await body()
    }

    /// - Returns: false when the task has been cancelled.
    private func acquire(_ owner: Owner) async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.waiting.append(Waiter(id: id, owner: owner, continuation: continuation))
                    return false
                }
                if isCancelled { continuation.resume(returning: false) }
                grant()
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let place = state.waiting.firstIndex(where: { $0.id == id }) else {
                    // It has its permit, or has not begun to wait.
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: place)
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    private func release(_ owner: Owner) {
        state.withLock { state in
            let left = (state.held[owner] ?? 1) - 1
            state.held[owner] = left > 0 ? left : nil
        }
        grant()
    }

    private func grant() {
        while let next = state.withLock({ $0.takeNext() }) { next.continuation.resume(returning: true) }
    }
}
