import Synchronization
import Testing

@testable import Transfer

@Suite("A queue for permits") struct PermitQueueTests {
    /// Who got a permit, in order.
    private final class Log: Sendable {
        let owners = Mutex<[Int]>([])
        var read: [Int] { owners.withLock { $0 } }
    }

    private final class Count: Sendable {
        let now = Atomic(0)
        let most = Atomic(0)
    }

    /// Waits until so many of the owner's files hold a permit or wait for one.
    private func wait(_ permits: PermitQueue, _ owner: Int, _ count: Int) async {
        while permits.load(of: owner) < count { await Task.yield() }
    }

    @Test("The first in the queue gets the next permit, also when the order changes meanwhile")
    func order() async {
        let (permits, log) = (PermitQueue(1), Log())
        let gate = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await permits.with(9) { for await _ in gate.stream {} } }
            await wait(permits, 9, 1)
            for owner in [1, 2, 3, 3] {
                let before = permits.load(of: owner)
                group.addTask { await permits.with(owner) { log.owners.withLock { $0.append(owner) } } }
                await wait(permits, owner, before + 1)
            }
            permits.setOrder([1, 2, 3])
            permits.setOrder([3, 1])
            gate.continuation.finish()
        }
        #expect(log.read == [3, 3, 1, 2])
        #expect(permits.load(of: 3) == 0)
    }

    @Test("No more hold one at once than there are", arguments: [1, 3])
    func limit(limit: Int) async {
        let permits = PermitQueue(limit)
        let count = Count()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    await permits.with(index % 7) {
                        count.most.max(count.now.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                        await Task.yield()
                        count.now.subtract(1, ordering: .relaxed)
                    }
                }
            }
        }
        #expect((1...limit).contains(count.most.load(ordering: .relaxed)))
        #expect((0..<7).allSatisfy { permits.load(of: $0) == 0 })
    }

    @Test("Who is cancelled while he waits is let go at once, and his permit is another's")
    func cancelled() async {
        let (permits, log) = (PermitQueue(1), Log())
        let gate = AsyncStream<Void>.makeStream()
        let holder = Task { await permits.with(1) { for await _ in gate.stream {} } }
        await wait(permits, 1, 1)
        let waiter = Task { await permits.with(2) { log.owners.withLock { $0.append(Task.isCancelled ? 2 : 0) } } }
        await wait(permits, 2, 1)
        waiter.cancel()
        await waiter.value
        #expect(log.read == [2])
        #expect(permits.load(of: 2) == 0)
        gate.continuation.finish()
        await holder.value
        await permits.with(3) { log.owners.withLock { $0.append(3) } }
        #expect(log.read == [2, 3])
    }
}
