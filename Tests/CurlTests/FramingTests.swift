import Curl
import FetchTypes
import Testing

@testable import Curl

@Suite("The framing of answers") struct FramingTests {
    private static let chunked = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"

    static let answers: [(fields: String, body: String, got: String?)] = [
        ("Content-Length: 5", "hello", "hello"), ("Content-Length: 5\r\nContent-Length: 5", "hello", "hello"),
        ("Content-Length: 5, 5", "hello", "hello"), ("X: 1", "hello", "hello"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 3", chunked, "hello world"),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked", chunked, "hello world"),
        ("Content-Length: 3000\r\nTransfer-Encoding: chunked", chunked, "hello world"),
        ("Content-Length: 5\r\nContent-Length: 3", "hello", nil), ("Content-Length: 5, 3", "hello", nil),
        ("Content-Length: 18446744073709551621", "hello", nil), ("Content-Length: -5", "hello", nil), ("Content-Length: 5x", "hello", nil),
    ]

    @Test("is that of RFC 9112, and what contradicts itself is no answer", arguments: answers)
    func framing(fields: String, body: String, got: String?) async throws {
        try await SocketServer.with({ connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\n\(fields)\r\nConnection: close\r\n\r\n\(body)")
        }) { server async throws in
            try await withClient { client async throws in
                let request = HTTPRequest(.get, try url(server.origin), timeout: 20)
                if let got {
                    let answer = try await client.send(request)
                    #expect(String(decoding: answer.body, as: UTF8.self) == got)
                } else {
                    let fault = await #expect(throws: TransportFault.self) { try await client.send(request) }
                    #expect(fault?.kind == .malformed)
                }
            }
        }
    }

    @Test("A request that comes while the loop stops starts no thread that is not joined")
    func stopping() async throws {
        for _ in 0..<200 {
            let loop = CurlLoop(settings: NetworkSettings(userAgent: "test"), caches: SharedCaches(), spares: SpareConnections())
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let request = HTTPRequest(.get, WebURL("http://127.0.0.1:1/")!)
                        let exchange = Exchange(
                            request, sink: BodySink(limit: 1), kind: .answer, limiter: nil, firstAddresses: FirstAddresses(),
                            spares: SpareConnections())
                        _ = try? await withCheckedThrowingContinuation { continuation in
                            exchange.continuation = continuation
                            loop.post(exchange)
                        }
                    }
                }
                group.addTask { loop.stop() }
            }
            #expect(!loop.hasThread)
        }
    }
}
