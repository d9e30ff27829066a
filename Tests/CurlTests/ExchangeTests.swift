import Curl
import FetchTypes
import Foundation
import PracticeHub
import Testing

@Suite("An exchange") struct ExchangeTests {
    @Test("returns status, header fields and body")
    func send() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            try await withClient { client async throws in
                let response = try await client.send(HTTPRequest(.get, try url(addresses.cdn + "/plain/small.bin")))
                let file = try #require(await hub.plainFile("small.bin"))
                #expect(response.status == 200)
                #expect(response.isSuccess)
                #expect(!response.isTruncated)
                #expect(response.headers["content-LENGTH"] == String(file.size))
                #expect(response.totalLength == file.size)
                #expect(response.body == Array(file.data))
                #expect(await hub.requests().first?.header("User-Agent") == "fetchctl-test/1")
                #expect(await hub.requests().first?.header("Accept-Encoding") == "identity")
            }
        }
    }

    @Test("returns any status as an answer", arguments: [201, 301, 401, 403, 404, 416, 429, 500, 503])
    func statuses(status: Int) async throws {
        let script: @Sendable (Connection) -> Void = { connection in
            guard connection.readHead() != nil else { return }
            connection.send("HTTP/1.1 \(status) Some Words\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 2\r\n\r\nno")
        }
        try await SocketServer.with(script) { server async throws in
            try await withClient { client async throws in
                let response = try await client.send(HTTPRequest(.get, try url(server.origin)))
                #expect(response.status == status)
                #expect(response.body == Array("no".utf8))
                #expect(server.accepted == 1, "a redirect was followed, or something was sent twice")
            }
        }
    }

    @Test("keeps repeated header fields in order and drops those of informational answers")
    func headers() async throws {
        let script: @Sendable (Connection) -> Void = { connection in
            guard connection.readHead() != nil else { return }
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: <early>\r\n\r\n")
            connection.send(
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-Empty:\r\nset-cookie: b=2: c\r\nX-Tab:\t x \r\nContent-Length: 0\r\n\r\n")
        }
        try await SocketServer.with(script) { server async throws in
            try await withClient { client async throws in
                let headers = try await client.send(HTTPRequest(.get, try url(server.origin))).headers
                #expect(headers["Link"] == nil)
                #expect(headers.all("Set-Cookie") == ["a=1", "b=2: c"])
                #expect(headers["X-Empty"] == "")
                #expect(headers["X-Tab"]?.hasPrefix("x") == true)
            }
        }
    }

    @Test("asks with the method, header fields, range and body that it is given")
    func request() async throws {
        let script: @Sendable (Connection) -> Void = { connection in
            while let head = connection.readHead() {
                let isPost = head.hasPrefix("POST")
                let body = isPost ? connection.read(5) ?? [] : []
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(head.hasPrefix("HEAD") ? 99 : body.count)\r\n\r\n")
                connection.send(body)
            }
        }
        try await SocketServer.with(script) { server async throws in
            try await withClient { client async throws in
                let target = try url(server.origin + "/a%20b?q=1")
                let post = try await client.send(HTTPRequest(.post, target, headers: [("X-One", "1")], body: Array("hello".utf8)))
                #expect(post.body == Array("hello".utf8))
                let head = try await client.send(HTTPRequest(.head, target, secretHeaders: [("Authorization", Secret("Bearer x"))]))
                #expect(head.totalLength == 99)
                #expect(head.body.isEmpty)
                _ = try await client.send(HTTPRequest(.get, target, range: HTTPRange(first: 7)))
                #expect(server.heads.map { $0.split(separator: "\r\n")[0] } == ["POST", "HEAD", "GET"].map { "\($0) /a%20b?q=1 HTTP/1.1" })
                #expect(server.heads[0].contains("\r\nX-One: 1"))
                #expect(!server.heads[0].contains("Expect"))
                #expect(server.heads[1].contains("\r\nAuthorization: Bearer x"))
                #expect(server.heads[2].contains("\r\nRange: bytes=7-"))
                #expect(!server.heads[2].contains("Authorization"))
                #expect(server.accepted == 1)
            }
        }
    }

    static let limits: [(limit: Int, isCut: Bool)] = [(0, true), (1, true), (999, true), (1000, false), (1001, false), (1 << 20, false)]

    @Test("cuts the body at its limit and says so only when it was longer", arguments: limits)
    func limit(limit: Int, isCut: Bool) async throws {
        let body = Array(repeating: UInt8(ascii: "x"), count: 1000)
        let script: @Sendable (Connection) -> Void = { connection in
            while connection.readHead() != nil { connection.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".utf8) + body) }
        }
        try await SocketServer.with(script) { server async throws in
            try await withClient { client async throws in
                let response = try await client.send(HTTPRequest(.get, try url(server.origin), maximumBody: limit))
                #expect(response.body.count == min(limit, 1000))
                #expect(response.isTruncated == isCut)
            }
        }
    }

    @Test("takes a part for whole where the Content-Length promises more than the Content-Range", arguments: [true, false])
    func longLength(stays: Bool) async throws {
        let isOver = DispatchSemaphore(value: 0)
        let script: @Sendable (Connection) -> Void = { connection in
            _ = connection.readHead()
            connection.send(Array("HTTP/1.1 206 OK\r\nContent-Length: 1001\r\nContent-Range: bytes 0-0/5000\r\n\r\nx".utf8))
            // What is promised never comes: the connection ends, or nothing more happens there.
            if stays { isOver.wait() }
        }
        try await SocketServer.with(script) { server async throws in
            defer { isOver.signal() }
            try await withClient { client async throws in
                let request = HTTPRequest(.get, try url(server.origin), range: HTTPRange(first: 0, last: 0), maximumBody: 100, timeout: 10)
                let response = try await client.send(request)
                #expect(response.body == [UInt8(ascii: "x")])
                #expect(response.totalLength == 5000)
            }
        }
    }

    static let ranges: [(HTTPRange, Range<Int64>)] = [
        (HTTPRange(first: 0, last: 0), 0..<1), (HTTPRange(first: 100, last: 199), 100..<200), (HTTPRange(first: 20000), 20000..<20480),
        (HTTPRange(first: 20479, last: 99999), 20479..<20480),
    ]

    @Test("returns the range that was asked for", arguments: ranges)
    func range(range: HTTPRange, expected: Range<Int64>) async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            try await withClient { client async throws in
                let sink = Gatherer()
                let head = try await client.receive(
                    HTTPRequest(.get, try url(addresses.cdn + "/plain/small.bin"), range: range), into: sink)
                let file = try #require(await hub.plainFile("small.bin"))
                #expect(head.status == 206)
                #expect(head.contentRange?.first == expected.lowerBound)
                #expect(head.contentRange?.last == expected.upperBound - 1)
                #expect(head.totalLength == file.size)
                #expect(sink.body == Array(file.bytes(expected)))
            }
        }
    }

    @Test("ends where the sink wants no more, and is no fault then")
    func sinkEnds() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            try await withClient { client async throws in
                let request = HTTPRequest(.get, try url(addresses.cdn + "/plain/practice.bin"))
                let atHead = Gatherer(acceptsHead: false)
                let refused = try await client.receive(request, into: atHead)
                #expect(refused.status == 200)
                #expect(refused.isTruncated)
                #expect(atHead.calls == 0)
                let some = Gatherer(limit: 1)
                let cut = try await client.receive(request, into: some)
                #expect(cut.isTruncated)
                #expect(some.calls == 1)
                let all = Gatherer()
                #expect(try await client.receive(request, into: all).isTruncated == false)
                let content = try #require(await hub.plainFile("practice.bin")).data
                #expect(Data(all.body) == content)
            }
        }
    }
}
