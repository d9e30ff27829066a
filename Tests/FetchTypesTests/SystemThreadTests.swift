import FetchTypes
import Synchronization
import Testing

@Suite("A thread of the system") struct SystemThreadTests {
    @Test("has run its closure when it was joined") func joined() throws {
        let counter = Counter()
        let threads = try (0..<4).map { _ in try SystemThread { counter.add() } }
        for thread in threads { thread.join() }
        #expect(counter.value == 4)
    }

    @Test("runs its closure where it is not joined", .timeLimit(.minutes(1))) func detached() async {
        await withCheckedContinuation { continuation in SystemThread.startDetached { continuation.resume() } }
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .sequentiallyConsistent) }
        func add() { count.add(1, ordering: .sequentiallyConsistent) }
    }
}
