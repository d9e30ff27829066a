import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: redirects")
struct RedirectTests {
    /// Where a link on the content network leads, and the expected result. `CDN` is its origin.
    static let rows: [(to: String, code: Int32, kind: String?)] = [
        ("CDN/plain/large.bin", 0, nil),
        ("/plain/large.bin", 0, nil),
        ("CDN/redirect?to=/redirect%3Fto%3D/plain/large.bin", 0, nil),
        ("file:///etc/hostname", 75, "server"),
        ("ftp://127.0.0.1/large.bin", 75, "server"),
        ("data:text/plain,hello", 75, "server"),
        ("javascript:alert(1)", 75, "server"),
        ("http://", 75, "server"),
    ]

    @Test("lead where", arguments: rows, Engine.allCases)
    func row(row: (to: String, code: Int32, kind: String?), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let target = row.to.replacingOccurrences(of: "CDN", with: scenario.at.cdn)
            await scenario.hub.addFault(Fault(.status, match: "plain/start.bin", status: 302, headers: ["Location": target]))
            let outcome = try await scenario.add(scenario.at.cdn + "/plain/start.bin", "-o", "large.bin", "--json", "--retries", "1")
            guard row.code == 0 else {
                outcome.expectFailure(row.code, kind: row.kind)
                #expect(scenario.box.files.isEmpty)
                return
            }
            outcome.expectSuccess()
            try scenario.expectFile("large.bin", await scenario.hub.plainFile("large.bin"))
        }
    }

    @Test(
        "in circles end: 75, after so many", arguments: Engine.allCases,
        ["plain/start.bin", "civitai/api/download", "hub/practice/one/resolve"])
    func loop(engine: Engine, match: String) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: match, status: 302, headers: ["Location": ""]))
            let places = [
                "plain/start.bin": scenario.at.cdn + "/plain/start.bin", "civitai/api/download": "civitai:12345",
                "hub/practice/one/resolve": "hf:practice/one/model.safetensors",
            ]
            let outcome = try await scenario.add(try #require(places[match]), "--json", "--retries", "1")
            #expect(outcome.code == 75, "\(outcome.story)")
            #expect(await scenario.hub.requests().count < 60)
            #expect(scenario.box.files.isEmpty)
        }
    }

    /// Addresses of this machine and of private networks, in the spellings that resolvers take.
    static let addresses = [
        "127.0.0.1", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "172.16.5.4",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]",
    ]

    /// What the practice proxy answers for a public name.
    static func redirect(to target: String) -> String {
        "HTTP/1.1 302 Found\r\nLocation: \(target)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    }

    @Test("from a public name into a private network are refused, and nothing there is asked", arguments: addresses, Engine.allCases)
    func inside(host: String, engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let port = scenario.at.cdn.split(separator: ":").last!
            let target = "http://\(host):\(port)/plain/large.bin"
            try await PracticeProxy.with(.http, answer: { $0.contains("://cdn.example.com/") ? Self.redirect(to: target) : nil }) { proxy in
                let outcome = try await scenario.add(
                    "http://cdn.example.com/large.bin", "--json", "--retries", "1",
                    environment: ["http_proxy": "http://127.0.0.1:\(proxy.port)"])
                outcome.expectFailure(69, kind: "unreachable")
                #expect(proxy.requests.allSatisfy { $0.contains("://cdn.example.com/") }, "\(proxy.requests)")
                #expect(await scenario.hub.requests().isEmpty)
                #expect(scenario.box.files.isEmpty)
            }
        }
    }

    @Test("from a public name to another public one are followed", arguments: Engine.allCases)
    func outside(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let names = ["files.example.org": UInt16(scenario.at.cdn.split(separator: ":").last!)!]
            let target = "http://files.example.org/plain/large.bin"
            try await PracticeProxy.with(
                .http, names: names, answer: { $0.contains("://cdn.example.com/") ? Self.redirect(to: target) : nil }
            ) { proxy in
                let outcome = try await scenario.add(
                    "http://cdn.example.com/large.bin", "--json", environment: ["http_proxy": "http://127.0.0.1:\(proxy.port)"])
                outcome.expectSuccess()
                try scenario.expectFile("large.bin", await scenario.hub.plainFile("large.bin"))
            }
        }
    }

    @Test("that a service's API gives into a private network are refused", arguments: ["10.0.0.1", "169.254.169.254", "127.0.0.1"])
    func service(host: String) async throws {
        try await withScenario(.builtin) { scenario in
            let target = "http://\(host)/model.safetensors"
            let names = ["hub.example.com": UInt16(scenario.at.hub.split(separator: ":").last!)!]
            try await PracticeProxy.with(
                .http, names: names,
                answer: { $0.contains("hub.example.com") && $0.contains("/resolve/") ? Self.redirect(to: target) : nil }
            ) { proxy in
                let outcome = try await scenario.add(
                    "hf:practice/one/model.safetensors", "--json", "--retries", "1",
                    environment: ["http_proxy": "http://127.0.0.1:\(proxy.port)", "HF_ENDPOINT": "http://hub.example.com"])
                outcome.expectFailure(69, kind: "unreachable")
                #expect(proxy.requests.allSatisfy { $0.contains("hub.example.com") }, "\(proxy.requests)")
            }
        }
    }

    /// Once the link was found good, its server redirects the requests for the bytes. aria2c would follow unasked,
    /// whatever is there; so only fetchctl follows, which checks first.
    @Test("given to the requests for the bytes are not followed unchecked", arguments: Engine.allCases)
    func late(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let port = scenario.at.cdn.split(separator: ":").last!
            await scenario.hub.addFault(
                Fault(
                    .status, match: "plain/large.bin", skip: 1, status: 302,
                    headers: ["Location": "http://localhost:\(port)/plain/practice.bin"]))
            let outcome = try await scenario.add(scenario.at.cdn + "/plain/large.bin", "--json", "--retries", "1")
            #expect(outcome.code != 0, "\(outcome.story)")
            let led = await scenario.requests("cdn").filter { $0.header("Host")?.hasPrefix("localhost") == true }
            #expect(led.allSatisfy { $0.header("Range") == "bytes=0-0" }, "\(led)")
            #expect(scenario.box.files.isEmpty)
        }
    }
}
