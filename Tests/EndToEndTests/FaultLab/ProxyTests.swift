import Foundation
import PracticeHub
import Synchronization
import Testing

@Suite("Fault lab: behind a proxy")
struct ProxyTests {
    private let url = "http://models.example.com/plain/large.bin"
    private let hub = "hf:practice/one/model.safetensors"

    /// Every request that reached the hub came by way of the proxy: not one was made directly.
    private func expectNoDirectConnection(_ scenario: Scenario, _ proxy: PracticeProxy, _ location: SourceLocation = #_sourceLocation) async
    {
        let ports = proxy.ports
        let direct = await scenario.hub.requests().filter { !ports.contains($0.connection) }
        #expect(direct.isEmpty, "not by the proxy: \(direct.map { "\($0.server)\($0.path)" })", sourceLocation: location)
    }

    private func port(_ origin: String) -> UInt16 { UInt16(origin.split(separator: ":").last!)! }

    /// Kind, the proxy's login, the one given, the variable, and the expected result.
    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: PracticeProxy.Kind
        var login: String?
        var given = ""
        var variable = "http_proxy"
        var scheme = "http"
        var code: Int32 = 0
        /// The engine that does the job where aria2c is asked for.
        var engine = Engine.aria2
    }

    static let ways = [
        Way(testDescription: "http_proxy", kind: .http),
        Way(testDescription: "HTTP_PROXY", kind: .http, variable: "HTTP_PROXY"),
        Way(testDescription: "all_proxy", kind: .http, variable: "all_proxy"),
        Way(testDescription: "an HTTP proxy with its login", kind: .http, login: "me:sesame-9", given: "me:sesame-9@"),
        Way(testDescription: "an HTTP proxy without its login", kind: .http, login: "me:sesame-9", code: 69),
        Way(testDescription: "an HTTP proxy with a wrong login", kind: .http, login: "me:sesame-9", given: "me:wrong-7@", code: 69),
        Way(testDescription: "a SOCKS5 proxy", kind: .socks5, variable: "all_proxy", scheme: "socks5", engine: .builtin),
        Way(
            testDescription: "a SOCKS5 proxy that looks up names", kind: .socks5, variable: "ALL_PROXY", scheme: "socks5h", engine: .builtin
        ),
        Way(
            testDescription: "a SOCKS5 proxy with its login", kind: .socks5, login: "me:sesame-9", given: "me:sesame-9@",
            variable: "all_proxy",
            scheme: "socks5h", engine: .builtin),
        Way(
            testDescription: "a SOCKS5 proxy with a wrong login", kind: .socks5, login: "me:sesame-9", given: "me:wrong-7@",
            variable: "all_proxy", scheme: "socks5h", code: 69),
    ]

    @Test("a service and its content network are reached by the proxy alone", arguments: ways, Engine.allCases)
    func service(way: Way, engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await PracticeProxy.with(way.kind, login: way.login) { proxy in
                let address = "\(way.scheme)://\(way.given)127.0.0.1:\(proxy.port)"
                let outcome = try await scenario.add(hub, "--json", "--retries", "1", environment: [way.variable: address])
                await expectNoDirectConnection(scenario, proxy)
                for word in ["sesame-9", "wrong-7"] { #expect(!(outcome.stdout + outcome.stderr).contains(word)) }
                #expect(proxy.requests.count + proxy.refusals > 0)
                guard way.code == 0 else {
                    outcome.expectFailure(way.code, kind: "proxy")
                    #expect(await scenario.hub.requests().isEmpty)
                    #expect(scenario.box.files.isEmpty)
                    return
                }
                outcome.expectSuccess()
                try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
                let used = engine == .aria2 ? way.engine : .builtin
                #expect(try outcome.event("finished")["engine"]?.string == used.rawValue)
                if used != engine {
                    #expect(try outcome.events().count { $0.tells("warning engine") } == 1, "\(outcome.story)")
                }
                #expect(await scenario.requests("cdn").allSatisfy { $0.header("Proxy-Authorization") == nil })
            }
        }
    }

    @Test("a name that only the proxy knows is its to look up", arguments: Engine.allCases, ["http", "socks5h"])
    func name(engine: Engine, scheme: String) async throws {
        try await withScenario(engine) { scenario in
            let names = ["models.example.com": port(scenario.at.cdn)]
            try await PracticeProxy.with(scheme == "http" ? .http : .socks5, names: names) { proxy in
                let outcome = try await scenario.add(url, "--json", environment: ["all_proxy": "\(scheme)://127.0.0.1:\(proxy.port)"])
                outcome.expectSuccess()
                try scenario.expectFile("large.bin", await scenario.hub.plainFile("large.bin"))
                await expectNoDirectConnection(scenario, proxy)
                #expect(proxy.requests.allSatisfy { $0.contains("models.example.com") })
            }
        }
    }

    @Test("that is unreachable is 69, and no request is sent directly", arguments: Engine.allCases, ["http", "socks5h"])
    func dead(engine: Engine, scheme: String) async throws {
        try await withScenario(engine) { scenario in
            let address = "\(scheme)://127.0.0.1:\(LoopbackServer.freePort())"
            let outcome = try await scenario.add(hub, "--json", "--retries", "1", environment: ["all_proxy": address])
            outcome.expectFailure(69, kind: "proxy")
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test("one that ends mid-transfer is 75, no request is sent directly, and with it back the rest is fetched", arguments: Engine.allCases)
    func dies(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 3)) { scenario in
            let environment = try await PracticeProxy.with(.http) { proxy in
                let environment = ["http_proxy": "http://127.0.0.1:\(proxy.port)"]
                let running = try await scenario.start(hub, "--json", "-x", "2", "--retries", "1", environment: environment)
                try await scenario.waitUntilRecorded(2 << 20, of: "model.safetensors")
                proxy.stop()
                let outcome = await running.end()
                #expect(outcome.code == 75, "\(outcome.story)")
                await expectNoDirectConnection(scenario, proxy)
                return environment
            }
            #expect(environment.count == 1)
            try await PracticeProxy.with(.http) { proxy in
                let outcome = try await scenario.add(hub, "--json", environment: ["http_proxy": "http://127.0.0.1:\(proxy.port)"])
                outcome.expectSuccess()
                #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 2 << 20)
                try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
            }
        }
    }

    @Test("aria2c, sent elsewhere after it was given its link, reaches no server past the proxy, whatever no_proxy names")
    func sentElsewhere() async throws {
        try await withScenario(.aria2) { scenario in
            let asked = Mutex(0)
            let inner = LoopbackServer { connection in
                guard Wire.readHead(connection) != nil else { return }
                asked.withLock { $0 += 1 }
                Wire.write(connection, Array("HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
            }
            defer { inner.stop() }
            let outer = LoopbackServer { connection in
                guard let head = Wire.readHead(connection) else { return }
                let answer =
                    head.contains("Range: bytes=0-0\r\n")
                    ? "HTTP/1.1 206 OK\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/5000000\r\nConnection: close\r\n\r\nx"
                    : "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(inner.port)/x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                Wire.write(connection, Array(answer.utf8))
            }
            defer { outer.stop() }
            try await PracticeProxy.with(.http, names: ["models.example.com": outer.port]) { proxy in
                let environment = ["http_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": "127.0.0.1,localhost"]
                let outcome = try await scenario.add(url, "--json", "--retries", "0", environment: environment)
                #expect(outcome.code != 0)
                #expect(proxy.requests.count { $0.contains(":\(inner.port)") } == asked.withLock { $0 })
            }
        }
    }

    @Test("no_proxy names who is reached without one, by both engines", arguments: Engine.allCases, ["http", "socks5h"])
    func exceptions(engine: Engine, scheme: String) async throws {
        try await withScenario(engine) { scenario in
            try await PracticeProxy.with(scheme == "http" ? .http : .socks5) { proxy in
                let environment = ["all_proxy": "\(scheme)://127.0.0.1:\(proxy.port)", "no_proxy": "example.com,127.0.0.1"]
                let outcome = try await scenario.add(hub, "--json", environment: environment)
                outcome.expectSuccess()
                try scenario.expectFile("model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
                #expect(proxy.requests.isEmpty)
                #expect(try outcome.event("finished")["engine"]?.string == engine.rawValue)
            }
        }
    }
}
