import Curl
import FetchTypes
import PracticeHub
import Testing

@Suite("The rate limit") struct RateLimiterTests {
    static let rates: [Int64] = [1, 1000, 1 << 20, 1 << 30]

    @Test("A transfer waits for the bytes that it has taken", arguments: rates)
    func debt(rate: Int64) {
        let limiter = RateLimiter(bytesPerSecond: rate)
        #expect(limiter.debtSeconds() == 0)
        // So much that no pause between these lines makes a difference.
        limiter.take(Int(rate) * 1000)
        let debt = limiter.debtSeconds()
        #expect(debt <= 1000)
        #expect(debt > 900)
        let later = limiter.debtSeconds()
        #expect(later <= debt)
    }

    @Test("At most a tenth of a second accumulates")
    func savings() async throws {
        let limiter = RateLimiter(bytesPerSecond: 1_000_000)
        try await Task.sleep(for: .milliseconds(300))
        limiter.take(100_000 + 10_000_000)
        let debt = limiter.debtSeconds()
        #expect(debt <= 10)
        #expect(debt > 5)
    }

    @Test("A rate of 0 is one byte per second", arguments: [0, -5] as [Int64])
    func zero(rate: Int64) {
        #expect(RateLimiter(bytesPerSecond: rate).bytesPerSecond == 1)
    }

    @Test("One within another keeps to both, and a change counts from now on")
    func nested() {
        let whole = RateLimiter(bytesPerSecond: nil)
        let part = RateLimiter(bytesPerSecond: nil, within: whole)
        part.take(1 << 40)
        #expect(part.debtSeconds() == 0)
        #expect(part.lowest == nil)
        whole.set(1000)
        #expect(part.debtSeconds() == 0, "what came before the ceiling is not owed")
        part.take(1_000_000)
        #expect(part.debtSeconds() > 900)
        #expect(whole.debtSeconds() > 900)
        part.set(10)
        #expect(part.lowest == 10)
        part.take(1000)
        #expect(whole.debtSeconds() < 1100)
        whole.set(1_000_000)
        #expect(whole.debtSeconds() == 0)
        #expect(part.debtSeconds() > 90)
        part.set(nil)
        #expect(part.debtSeconds() == 0)
        #expect(part.lowest == 1_000_000)
    }

    @Test("A ceiling that is taken away lets a waiting transfer go on at once")
    func lifted() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let limiter = RateLimiter(bytesPerSecond: 1)
            try await withClient(limiter: limiter) { client async throws in
                let (target, sink) = (try url(addresses.cdn + "/plain/practice.bin"), Gatherer())
                async let whole = client.receive(HTTPRequest(.get, target), into: sink)
                await sink.arrived()
                #expect(limiter.debtSeconds() > 100)
                limiter.set(nil)
                #expect(try await whole.isSuccess)
            }
        }
    }

    @Test("All connections together stay below it", arguments: [1, 4])
    func transfers(connections: Int) async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let rate: Int64 = 4 << 20
            try await withClient(threads: 2, limiter: RateLimiter(bytesPerSecond: rate)) { client async throws in
                let target = try url(addresses.cdn + "/plain/practice.bin")
                let share = (4 << 20) / Int64(connections)
                let start = ContinuousClock.now
                let bytes = try await withThrowingTaskGroup(of: Int.self) { group in
                    for index in 0..<Int64(connections) {
                        group.addTask {
                            let sink = Gatherer()
                            let range = HTTPRange(first: index * share, last: (index + 1) * share - 1)
                            _ = try await client.receive(HTTPRequest(.get, target, range: range), into: sink)
                            return sink.body.count
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(bytes == 4 << 20)
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                // The last chunk of each connection is not waited for, and a tenth of a second may have been saved up.
                #expect(seconds > 0.6)
                #expect(seconds < 10)
            }
        }
    }

    @Test("Small answers are not delayed by it")
    func smallAnswers() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let limiter = RateLimiter(bytesPerSecond: 1000)
            limiter.take(1_000_000)
            try await withClient(limiter: limiter) { client async throws in
                let target = try url(addresses.cdn + "/plain/small.bin")
                #expect(try await client.send(HTTPRequest(.get, target, timeout: 20)).body.count == 20 << 10)
                #expect(limiter.debtSeconds() > 900)
            }
        }
    }

    @Test("An exchange that waits for its turn can be cancelled at once")
    func cancel() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let limiter = RateLimiter(bytesPerSecond: 1000)
            try await withClient(limiter: limiter) { client async throws in
                let target = try url(addresses.cdn + "/plain/practice.bin")
                let sink = Gatherer()
                let task = Task { try await client.receive(HTTPRequest(.get, target), into: sink) }
                await sink.arrived()
                let start = ContinuousClock.now
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(ContinuousClock.now - start < .seconds(2))
            }
        }
    }
}
