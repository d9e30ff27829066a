import Synchronization

/// Lets so many in at once, in the order in which they came: all tests run side by side, and a small machine
/// still has to keep the times that they measure.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state: Mutex<State>

    static let shared = Gate(5)
    /// For what mostly waits.
    static let idle = Gate(8)

    init(_ width: Int) { state = Mutex(State(free: width)) }

    func pass<Result>(_ body: () async throws -> Result) async throws -> Result {
        await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let mayGo = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if mayGo { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

/// Looks again and again until something holds.
///
/// - Returns: false when it did not in that time.
@discardableResult
func eventually(within limit: Duration = .seconds(20), _ isSo: () async throws -> Bool) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(10))) != nil else { return try await isSo() }
    }
    return true
}
