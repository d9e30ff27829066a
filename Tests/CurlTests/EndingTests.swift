import Curl
import FetchTypes
import PracticeHub
import Synchronization
import Testing

@Suite("The end of a network client") struct EndingTests {
    @Test("Cancelling ends a stalled exchange within 100 ms")
    func cancelStalled() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            await hub.addFault(Fault(.stall, match: "practice.bin", after: 5000))
            try await withClient { client async throws in
                let target = try url(addresses.cdn + "/plain/practice.bin")
                var times: [Duration] = []
                for _ in 0..<5 {
                    let sink = Gatherer()
                    let task = Task { try await client.receive(HTTPRequest(.get, target), into: sink) }
                    await sink.arrived()
                    let start = ContinuousClock.now
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    times.append(ContinuousClock.now - start)
                }
                // The best of five: a busy machine may keep any one of them waiting.
                #expect(times.min()! < .milliseconds(100))
                #expect(times.max()! < .seconds(5))
            }
        }
    }

    @Test("A task that is cancelled already ends its request soon, and gets a CancellationError")
    func cancelledBefore() async throws {
        try await SocketServer.with({ $0.waitForEnd() }) { server async throws in
            try await withClient { client async throws in
                let target = try url(server.origin)
                let task = Task {
                    // Cancelled from within: this holds before the first suspension.
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.send(HTTPRequest(.get, target))
                }
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }

    @Test("A stalled exchange does not delay others")
    func othersGoOn() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            await hub.addFault(Fault(.stall, match: "practice.bin", after: 10))
            try await withClient { client async throws in
                let sink = Gatherer()
                let stalled = try url(addresses.cdn + "/plain/practice.bin")
                let task = Task { try await client.receive(HTTPRequest(.get, stalled), into: sink) }
                await sink.arrived()
                let other = try await client.send(HTTPRequest(.get, try url(addresses.cdn + "/plain/small.bin"), timeout: 20))
                #expect(other.status == 200)
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }

    @Test("shutDown ends what runs, and nothing is delivered after it")
    func shutDown() async throws {
        let script: @Sendable (Connection) -> Void = { connection in
            guard connection.readHead() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
            while connection.send(Array(repeating: 1, count: 4096)) {}
        }
        try await SocketServer.with(script) { server async throws in
            let client = CurlClient(settings: NetworkSettings(userAgent: "fetchctl-test/1"), threads: 2)
            let target = try url(server.origin)
            let sinks = (0..<8).map { _ in Counter() }
            let tasks = sinks.map { sink in Task { try await client.receive(HTTPRequest(.get, target), into: sink) } }
            for sink in sinks { await sink.arrived() }
            client.shutDown()
            let delivered = sinks.map(\.bytes)
            for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
            #expect(sinks.map(\.bytes) == delivered)
            await #expect(throws: CancellationError.self) { try await client.send(HTTPRequest(.get, target)) }
            // Once more is no mistake.
            client.shutDown()
        }
    }
}

/// Counts what arrives without keeping it.
private final class Counter: ByteSink {
    private let count = Mutex(0)
    private let arrival = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))

    var bytes: Int { count.withLock { $0 } }

    func begin(_ head: HTTPResponse) -> Bool { true }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        count.withLock { $0 += bytes.count }
        arrival.continuation.yield()
        return true
    }

    func arrived() async {
        for await _ in arrival.stream { return }
    }
}
