import FetchTypes
import Synchronization
import Testing

@testable import Transfer

@Suite("Requests to one host") struct RequestSlotsTests {
    private static let host = WebURL("https://hub.example")!.origin
    private static let other = WebURL("https://files.example")!.origin

    private final class Count: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock { $0.most } }
        var now: Int { state.withLock { $0.now } }
        func enter() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }
        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test("are as many at once as it takes, whatever the number of files, and another host's are beside them", arguments: [1, 2, 32])
    func most(limit: Int) async {
        let (slots, here, there) = (RequestSlots(), Count(), Count())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let (host, count) = number % 2 == 0 ? (Self.host, here) : (Self.other, there)
                group.addTask {
                    await slots.with(host, limit: limit) {
                        count.enter()
                        for _ in 0..<20 { await Task.yield() }
                        count.leave()
                    }
                }
            }
        }
        #expect(here.most <= limit && there.most <= limit)
        #expect(here.now == 0 && there.now == 0)
    }

    @Test("that belong to a request with a slot need no slot, at any host")
    func nested() async throws {
        let slots = RequestSlots()
        let answer = await slots.with(Self.host, limit: 1) {
            await slots.with(Self.host, limit: 1) { await slots.with(Self.other, limit: 1) { 7 } }
        }
        #expect(answer == 7)
    }

    @Test("take more when it does, and give their slot back when they fail")
    func raised() async throws {
        struct Failed: Error {}
        let slots = RequestSlots()
        await #expect(throws: Failed.self) { try await slots.with(Self.host, limit: 1) { throw Failed() } }
        let gate = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await slots.with(Self.host, limit: 1) { for await _ in gate.stream {} } }
            // Ends only because the first one has not the only slot any more.
            await slots.with(Self.host, limit: 2) {}
            gate.continuation.finish()
        }
    }

    @Test("that wait for a slot end when their task is cancelled")
    func cancelled() async {
        let slots = RequestSlots()
        let gate = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await slots.with(Self.host, limit: 1) { for await _ in gate.stream {} } }
            let waiting = Task { await slots.with(Self.host, limit: 1) { Task.isCancelled } }
            waiting.cancel()
            #expect(await waiting.value)
            gate.continuation.finish()
        }
    }
}
