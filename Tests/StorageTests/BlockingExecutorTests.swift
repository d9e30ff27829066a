import Dispatch
import Foundation
import Testing

@testable import Storage

@Suite("Tasks that block")
struct BlockingExecutorTests {
    /// Blocks its thread until so many are there.
    private final class Barrier: Sendable {
        private let group = DispatchGroup()

        init(_ count: Int) { for _ in 0..<count { group.enter() } }

        func wait() -> Bool {
            group.leave()
            return group.wait(timeout: .now() + 20) == .success
        }
    }

    @Test("do so at once, more of them than there are processors")
    func together() async {
        let count = ProcessInfo.processInfo.activeProcessorCount + 8
        let barrier = Barrier(count)
        let met = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<count { group.addTask(executorPreference: BlockingExecutor.forTasks) { await Self.callee(barrier) } }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(met)
    }

    /// What an async function does that a task calls is done there too.
    private static func callee(_ barrier: Barrier) async -> Bool { barrier.wait() }
}
