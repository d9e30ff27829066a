import Curl
import FetchTypes
import PracticeHub
import Testing

@Suite("A fault") struct FaultTests {
    enum Trouble: String, CaseIterable {
        case refused, noSuchName, closedAtOnce, droppedMidBody, shortChunks, noAnswerInTime, stalledInTime, tlsToPlainPort, notHTTP

        var kind: TransportFault.Kind {
            switch self {
            case .refused: .connect
            case .noSuchName: .nameResolution
            case .closedAtOnce: .dropped
            case .droppedMidBody, .shortChunks: .cut
            case .noAnswerInTime, .stalledInTime: .timeout
            case .tlsToPlainPort: .tls
            case .notHTTP: .malformed
            }
        }

        func serve(_ connection: Connection) {
            switch self {
            case .refused, .noSuchName: return
            case .closedAtOnce: _ = connection.readHead()
            case .droppedMidBody:
                _ = connection.readHead()
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
            case .shortChunks:
                _ = connection.readHead()
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe")
            case .noAnswerInTime: connection.waitForEnd()
            case .stalledInTime:
                _ = connection.readHead()
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
                connection.waitForEnd()
            case .tlsToPlainPort: connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            case .notHTTP:
                _ = connection.readHead()
                connection.send("SSH-2.0-OpenSSH_9.2\r\n")
            }
        }

        func target(_ server: SocketServer) -> String {
            switch self {
            case .refused: "http://127.0.0.1:\(SocketServer.deadPort())/"
            case .noSuchName: "http://no-such-host.invalid/"
            case .tlsToPlainPort: "https://127.0.0.1:\(server.port)/"
            default: server.origin
            }
        }
    }

    @Test("has the kind of the failure, names the host and contains no secret", arguments: Trouble.allCases)
    func kinds(trouble: Trouble) async throws {
        try await SocketServer.with({ trouble.serve($0) }) { server async throws in
            try await withClient { client async throws in
                let target = try url(trouble.target(server) + "?X-Amz-Signature=SIGNATURE")
                let request = HTTPRequest(
                    .get, target,
                    secretHeaders: [("Authorization", Secret("Bearer TOKEN-OF-MINE")), ("Cookie", Secret("id=COOKIE-OF-MINE"))],
                    timeout: trouble.kind == .timeout ? 0.3 : 20)
                let start = ContinuousClock.now
                let whole = try await fault { try await client.send(request) }
                let streamed = try await fault { try await client.receive(request, into: Gatherer()) }
                #expect(ContinuousClock.now - start < .seconds(60))
                for fault in [whole, streamed] {
                    #expect(fault.kind == trouble.kind)
                    #expect(fault.host == target.host)
                    #expect(!fault.detail.isEmpty)
                    var seen = "\(fault) \(fault.detail) \(String(reflecting: fault))"
                    dump(fault, to: &seen)
                    for secret in ["OF-MINE", "SIGNATURE", "Bearer"] { #expect(!seen.contains(secret)) }
                }
            }
        }
    }

    @Test("A request's own description shows no secret header")
    func requestIsSilent() throws {
        let request = HTTPRequest(
            .get, try url("https://user:PASSWORD@host.example/x?sig=SIGNATURE"), secretHeaders: [("Authorization", Secret("Bearer TOKEN"))])
        var seen = "\(request) \(String(reflecting: request))"
        dump(request, to: &seen)
        for secret in ["TOKEN", "PASSWORD", "SIGNATURE"] { #expect(!seen.contains(secret)) }
    }

    @Test("A server that sends nothing is given up after the limit")
    func silence() async throws {
        try await SocketServer.with({ $0.waitForEnd() }) { server async throws in
            var settings = NetworkSettings(userAgent: "fetchctl-test/1")
            settings.silenceLimit = 1
            let client = CurlClient(settings: settings)
            defer { client.shutDown() }
            let target = try url(server.origin)
            #expect(try await fault { try await client.send(HTTPRequest(.get, target)) }.kind == .timeout)
        }
    }

    static let hosts = ["127.0.0.1", "localhost"]

    @Test("An address in a private network is refused where an untrusted link led to it, before anything is sent", arguments: hosts)
    func privateAddress(host: String) async throws {
        try await SocketServer.with({ _ = $0.readHead() }) { server async throws in
            try await withClient { client async throws in
                let request = HTTPRequest(.get, try url("http://\(host):\(server.port)/"), timeout: 20, allowsPrivateAddress: false)
                let fault = try await fault { try await client.send(request) }
                #expect(fault.kind == .forbiddenAddress)
                #expect(server.accepted == 0)
            }
        }
    }

    @Test("A connection that a trusted request left open is not used for an untrusted one")
    func keptConnectionIsNoWayIn() async throws {
        let script: @Sendable (Connection) -> Void = { connection in
            while connection.readHead() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        }
        try await SocketServer.with(script) { server async throws in
            try await withClient { client async throws in
                _ = try await client.send(HTTPRequest(.get, try url(server.origin)))
                let stranger = HTTPRequest(.get, try url(server.origin + "/internal"), timeout: 20, allowsPrivateAddress: false)
                let fault = try await fault { try await client.send(stranger) }
                #expect(fault.kind == .forbiddenAddress)
                #expect(server.heads.count == 1)
            }
        }
    }
}
