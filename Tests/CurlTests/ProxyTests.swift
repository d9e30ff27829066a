import Curl
import FetchTypes
import PracticeHub
import Testing

@Suite("A proxy") struct ProxyTests {
    /// Runs `body` with a hub, and a proxy through which alone `*.invalid` leads to the hub's CDN.
    private func withProxy(
        refusal: String? = nil, _ body: (PracticeHub, _ cdn: String, TinyProxy) async throws -> Void
    ) async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let origin = try url(addresses.cdn)
            let proxy = TinyProxy(to: UInt16(origin.port), refusal: refusal)
            defer { proxy.server.stop() }
            try await body(hub, addresses.cdn, proxy)
        }
    }

    @Test("gets every plain request, with its range", arguments: ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
    func plain(variable: String) async throws {
        try await withProxy { hub, _, proxy async throws in
            try await withClient(environment: [variable: proxy.url]) { client async throws in
                let target = try url("http://models.invalid/plain/small.bin")
                let response = try await client.send(HTTPRequest(.get, target, range: HTTPRange(first: 5, last: 9), timeout: 20))
                #expect(response.status == 206)
                #expect(response.body == Array(try #require(await hub.plainFile("small.bin")).bytes(5..<10)))
                #expect(proxy.requests == ["GET http://models.invalid/plain/small.bin HTTP/1.1"])
            }
        }
    }

    @Test("tunnels https, and sees no more of it than the host", arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy"])
    func tunnel(variable: String) async throws {
        try await withProxy { hub, _, proxy async throws in
            try await withClient(environment: [variable: proxy.url]) { client async throws in
                let request = HTTPRequest(
                    .get, try url("https://models.invalid/plain/small.bin?sig=SIGNATURE"),
                    secretHeaders: [("Authorization", Secret("Bearer TOKEN"))], timeout: 20)
                // The far end does not support TLS: that this is noticed shows that the tunnel was used.
                #expect(try await fault { try await client.send(request) }.kind == .tls)
                #expect(proxy.requests == ["CONNECT models.invalid:443 HTTP/1.1"])
                #expect(proxy.server.heads.allSatisfy { !$0.contains("TOKEN") && !$0.contains("SIGNATURE") })
            }
        }
    }

    @Test("is never bypassed: where it is unreachable, no request is sent directly", arguments: ["http", "https"])
    func dead(scheme: String) async throws {
        try await withProxy { hub, cdn, _ async throws in
            let proxy = "http://127.0.0.1:\(SocketServer.deadPort())"
            try await withClient(environment: ["\(scheme)_proxy": proxy]) { client async throws in
                let target = try url(cdn.replacing("http:", with: "\(scheme):") + "/plain/small.bin")
                let fault = try await fault { try await client.send(HTTPRequest(.get, target, timeout: 20)) }
                #expect(fault.kind == .proxyConnect)
                #expect(await hub.requests().isEmpty)
            }
        }
    }

    @Test(
        "that refuses a tunnel is the proxy's fault", arguments: ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])
    func refusedTunnel(status: String) async throws {
        try await withProxy(refusal: status) { hub, _, proxy async throws in
            try await withClient(environment: ["https_proxy": proxy.url]) { client async throws in
                let request = HTTPRequest(.get, try url("https://models.invalid/"), timeout: 20)
                #expect(try await fault { try await client.send(request) }.kind == .proxyRefusal)
                #expect(await hub.requests().isEmpty)
            }
        }
    }

    @Test("whose name has no address is the proxy's fault")
    func unknownProxy() async throws {
        try await withClient(environment: ["all_proxy": "http://no-such-proxy.invalid:3128"]) { client async throws in
            let request = HTTPRequest(.get, try url("http://models.invalid/"), timeout: 20)
            #expect(try await fault { try await client.send(request) }.kind == .proxyName)
        }
    }

    @Test("gets its own password, and the origin does not")
    func password() async throws {
        try await withProxy { hub, _, proxy async throws in
            let address = "http://me:PASSWORD@127.0.0.1:\(proxy.server.port)"
            try await withClient(environment: ["http_proxy": address]) { client async throws in
                _ = try await client.send(HTTPRequest(.get, try url("http://models.invalid/plain/small.bin"), timeout: 20))
                #expect(proxy.server.heads[0].contains("Proxy-Authorization: Basic bWU6UEFTU1dPUkQ="))
                #expect(await hub.requests().allSatisfy { $0.header("Proxy-Authorization") == nil })
            }
        }
    }

    static let broken = [
        "http://me:PASSWORD@127.0.0.1:notaport", "ftp://me:PASSWORD@127.0.0.1:1", "http://me:PASSWORD@no-such-proxy.invalid",
        "http://me:PASSWORD@127.0.0.1:1", "me:PASSWORD@[::1", "socks5h://me:PASSWORD@127.0.0.1:1",
    ]

    @Test("that cannot be used does not leak its password", arguments: broken)
    func brokenProxy(proxy: String) async throws {
        try await withClient(environment: ["http_proxy": proxy]) { client async throws in
            let fault = try await fault { try await client.send(HTTPRequest(.get, try url("http://models.invalid/"), timeout: 20)) }
            #expect(fault.kind.isOfProxy)
            #expect(!"\(fault)".contains("PASSWORD"))
        }
    }

    @Test("is left out for the hosts of no_proxy")
    func exceptions() async throws {
        try await withProxy { hub, cdn, proxy async throws in
            let environment = ["http_proxy": proxy.url, "no_proxy": "example.com,127.0.0.1"]
            try await withClient(environment: environment) { client async throws in
                _ = try await client.send(HTTPRequest(.get, try url(cdn + "/plain/small.bin")))
                #expect(proxy.requests.isEmpty)
                #expect(await hub.requests().count == 1)
                _ = try await client.send(HTTPRequest(.get, try url("http://models.invalid/plain/small.bin"), timeout: 20))
                #expect(proxy.requests.count == 1)
            }
        }
    }

    @Test("of this process's own environment is not used unless it was given")
    func environmentIsGiven() async throws {
        // libcurl itself would read the variables; settings without a proxy must mean none.
        try await withProxy { hub, cdn, proxy async throws in
            try await withClient { client async throws in
                #expect(client.settings.proxies.isEmpty)
                #expect(try await client.send(HTTPRequest(.get, try url(cdn + "/plain/small.bin"))).status == 200)
            }
        }
    }
}
