import Curl
import FetchTypes
import Synchronization
import Testing

@testable import Server

@Suite struct HTTPServerTests {
    /// Runs a server on a port of the kernel's for as long as `body` lasts.
    private func withServer(
        _ limits: ServerLimits = ServerLimits(), answering handler: @escaping @Sendable (ServerRequest) async -> ServerAnswer,
        _ body: (HTTPServer) async throws -> Void
    ) async throws {
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0, limits: limits, handler: handler)
        do { try await body(server) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func answersWhatTheHandlerSays() async throws {
        let client = CurlClient(settings: NetworkSettings(userAgent: "test"))
        defer { client.shutDown() }
        let handler: @Sendable (ServerRequest) async -> ServerAnswer = { request in
            var answer = ServerAnswer.text(
                "\(request.method) \(request.path) \(request.query ?? "-") \(request.body.count) \(request.peer)")
            answer.headers.append(("X-Seen", request.header("x-SENT") ?? ""))
            return answer
        }
        try await withServer(answering: handler) { server in
            let url = try #require(WebURL("http://127.0.0.1:\(server.port)/a%20b?info_hash=%00%ff"))
            let got = try await client.send(HTTPRequest(.get, url, headers: [("X-Sent", "value")]))
            #expect(got.status == 200)
            #expect(String(decoding: got.body, as: UTF8.self) == "GET /a%20b info_hash=%00%ff 0 127.0.0.1")
            #expect(got.headers["X-Seen"] == "value")
            let posted = try await client.send(HTTPRequest(.post, url, body: Array(repeating: 7, count: 100_000)))
            #expect(String(decoding: posted.body, as: UTF8.self).hasSuffix(" 100000 127.0.0.1"))
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer(answering: { request in
            // The first takes longer than the others: they wait for it.
            if request.path == "/1" { try? await Task.sleep(for: .milliseconds(50)) }
            return .text(request.path)
        }) { server in
            let connection = try #require(RawConnection(port: server.port))
            connection.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.send("GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let text = try #require(await connection.readToEnd())
            let places = ["/1", "/2", "/3"].compactMap { text.firstRange(of: $0)?.lowerBound }
            #expect(places.count == 3 && places == places.sorted())
        }
    }

    @Test(arguments: [
        // What is sent, and what the answer begins with.
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n", "HTTP/1.1 413"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + String(repeating: "a", count: 2000), "HTTP/1.1 413"),
        ("GET / HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "a", count: 9000))\r\n\r\n", "HTTP/1.1 400"),
        ("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 100) + "\r\n", "HTTP/1.1 400"),
        ("nonsense\r\n\r\n", "HTTP/1.1 400"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "HTTP/1.1 400"),
    ])
    func refusesWhatIsTooMuch(request: String, begins: String) async throws {
        var limits = ServerLimits()
        limits.maximumHeader = 8 << 10
        limits.maximumBody = 1000
        let calls = Mutex(0)
        try await withServer(
            limits,
            answering: { _ in
                calls.withLock { $0 += 1 }
                return .text("no")
            }
        ) { server in
            let connection = try #require(RawConnection(port: server.port))
            connection.send(request)
            let answer = try #require(await connection.readToEnd())
            #expect(answer.hasPrefix(begins))
            #expect(calls.withLock { $0 } == 0)
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"])
    func aRequestThatDoesNotEndIsGivenUp(beginning: String) async throws {
        var limits = ServerLimits()
        limits.request = .milliseconds(100)
        try await withServer(limits, answering: { _ in .text("no") }) { server in
            let connection = try #require(RawConnection(port: server.port))
            connection.send(beginning)
            #expect(await connection.readToEnd() != nil)
        }
    }

    @Test func aConnectionTooManyIsClosedAndTheOthersAreServed() async throws {
        var limits = ServerLimits()
        limits.connectionsPerPeer = 1
        try await withServer(limits, answering: { _ in .text("yes") }) { server in
            let first = try #require(RawConnection(port: server.port))
            first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await first.read(until: "yes") != nil)
            let second = try #require(RawConnection(port: server.port))
            #expect(await second.readToEnd() == "")
            first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await first.read(until: "yes") != nil)
        }
    }

    @Test func stoppingDoesNotWaitForHandlers() async throws {
        let began = AsyncStream<Void>.makeStream()
        let ended = AsyncStream<Bool>.makeStream()
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { _ in
            began.continuation.yield()
            try? await Task.sleep(for: .seconds(600))
            ended.continuation.yield(Task.isCancelled)
            return .text("late")
        }
        let connection = try #require(RawConnection(port: server.port))
        connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        for await _ in began.stream { break }
        await server.stop()
        #expect(await connection.readToEnd() == "")
        for await wasCancelled in ended.stream {
            #expect(wasCancelled)
            break
        }
    }

    @Test func saysWhyItDoesNotListen() async throws {
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { _ in .text("") }
        for (host, port, fault) in [
            ("127.0.0.1", server.port, ServerFault.portTaken), ("192.0.2.1", 0, .notOurAddress), ("no.such.name.invalid", 0, .unknownHost),
        ] {
            await #expect(throws: fault) { _ = try await HTTPServer.start(host: host, port: port) { _ in .text("") } }
        }
        await server.stop()
    }
}
