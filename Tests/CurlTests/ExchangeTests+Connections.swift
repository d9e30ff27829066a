import Curl
import FetchTypes
import Foundation
import PracticeHub
import Testing

/// Exchanges share connections, run concurrently, and open further ones.
extension ExchangeTests {
    @Test("shares one connection with the next one to the same host, small answers and one-byte probes included")
    func keepAlive() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            try await withClient { client async throws in
                let target = try url(addresses.cdn + "/plain/small.bin")
                _ = try await client.send(HTTPRequest(.get, target))
                _ = try await client.send(HTTPRequest(.head, target))
                _ = try await client.send(HTTPRequest(.get, target, range: HTTPRange(first: 0, last: 0), maximumBody: 1))
                _ = try await client.receive(HTTPRequest(.get, target), into: Gatherer())
                let connections = await hub.requests().map(\.connection)
                #expect(connections.count == 4)
                #expect(Set(connections).count == 1)
            }
        }
    }

    @Test("runs concurrently with many others", arguments: [1, 3])
    func many(threads: Int) async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            try await withClient(threads: threads) { client async throws in
                let target = try url(addresses.cdn + "/plain/practice.bin")
                let file = try #require(await hub.plainFile("practice.bin"))
                let good = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for index in 0..<96 {
                        group.addTask {
                            let first = Int64(index) * 80_000
                            let sink = Gatherer()
                            let request = HTTPRequest(.get, target, range: HTTPRange(first: first, last: first + 79_999))
                            let head = index % 3 == 0 ? try await client.send(request) : try await client.receive(request, into: sink)
                            return Data(index % 3 == 0 ? head.body : sink.body) == file.bytes(first..<first + 80_000)
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(good == 96)
            }
        }
    }

    @Test("opens further connections while a host delays its answer, for the requests that follow")
    func furtherConnections() async throws {
        let canAnswer = DispatchSemaphore(value: 0)
        let script: @Sendable (Connection) -> Void = { connection in
            while connection.readHead() != nil {
                // All wait: the later ones are answered together, so that none finds another's connection free.
                canAnswer.wait()
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        try await SocketServer.with(script) { server async throws in
            try await withClient { client async throws in
                var first = HTTPRequest(.get, try url(server.origin + "/first"))
                first.furtherConnections = 3
                async let answer = client.send(first)
                while server.accepted < 4 { try await Task.sleep(for: .milliseconds(5)) }
                canAnswer.signal()
                #expect(try await answer.status == 200)
                let later = try url(server.origin + "/later")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { _ = try await client.receive(HTTPRequest(.get, later), into: Gatherer()) } }
                    while server.heads.count < 5 { try await Task.sleep(for: .milliseconds(5)) }
                    for _ in 0..<4 { canAnswer.signal() }
                    try await group.waitForAll()
                }
                // A request that comes before the client has finished such a connection makes another.
                #expect((4...7).contains(server.accepted), "\(server.accepted)")
            }
        }
    }
}
