import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: nginx", .requiresNginx)
struct NginxTests {
    /// Its configuration, and the expected result. `large.bin` is 6 MiB; no hash is known.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var http = ""
        var server = ""
        var arguments: [String] = []
        let code: Int32
        var tells: [String] = []
        /// Bytes fetched at most, in files' lengths.
        var fetches = 1.2
    }

    static let rows = [
        Row(testDescription: "plain", code: 0),
        Row(testDescription: "without ranges", server: "max_ranges 0;", code: 0),
        Row(testDescription: "one request a connection", server: "keepalive_requests 1;", code: 0),
        Row(
            testDescription: "two connections at once, 503 above", http: "limit_conn_zone $server_name zone=all:1m;",
            server: "limit_conn all 2; limit_rate 3m;", code: 0, fetches: 1.5),
        Row(
            testDescription: "two connections at once, 429 above",
            http: "limit_conn_zone $server_name zone=all:1m; limit_conn_status 429;", server: "limit_conn all 2; limit_rate 3m;", code: 0,
            fetches: 1.5),
        Row(
            testDescription: "ten requests a second, 503 above", http: "limit_req_zone $server_name zone=all:1m rate=10r/s;",
            server: "limit_req zone=all burst=2 nodelay;", arguments: ["--retries", "8"], code: 0, fetches: 1.5),
        Row(testDescription: "compressed for clients that accept it", server: "gzip on; gzip_types *; gzip_min_length 1;", code: 0),
        Row(testDescription: "without an ETag", server: "etag off;", code: 0),
        Row(testDescription: "403", server: "location / { return 403; }", code: 77, tells: ["failed"]),
        Row(testDescription: "404", server: "location / { return 404; }", code: 66, tells: ["failed not_found"]),
        Row(testDescription: "410", server: "location / { return 410; }", code: 66, tells: ["failed not_found"]),
        Row(
            testDescription: "500", server: "location / { return 500; }", arguments: ["--retries", "1"], code: 75, tells: ["failed server"]),
        Row(testDescription: "hangs up", server: "location / { return 444; }", arguments: ["--retries", "1"], code: 75),
        Row(
            testDescription: "redirects in circles", server: "location / { return 302 $uri?again; }", arguments: ["--retries", "1"],
            code: 75,
            tells: ["failed server"]),
        Row(
            testDescription: "a page", server: "location / { default_type text/html; return 200 '<html>no</html>'; }", code: 65,
            tells: ["failed not_a_model"]),
    ]

    @Test("serves", arguments: rows, Engine.allCases)
    func row(row: Row, engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let nginx = try Nginx(in: scenario.box, http: row.http, server: row.server)
            let content = try #require(await scenario.hub.plainFile("large.bin"))
            try nginx.put(content.data, as: "large.bin")
            try await nginx.serving {
                let outcome = try await scenario.run(["add", "http://127.0.0.1:\(nginx.port)/large.bin", "--json"] + row.arguments)
                #expect(outcome.code == row.code, "\(outcome.story)")
                let events = try outcome.events()
                for words in row.tells { #expect(events.contains { $0.tells(words) }, "no \"\(words)\": \(outcome.story)") }
                guard row.code == 0 else {
                    outcome.expectFailure(row.code)
                    #expect(scenario.box.files.isEmpty)
                    return
                }
                try scenario.expectFile("large.bin", content)
                let fetched = try #require(try outcome.event("finished")["fetched_bytes"]?.int)
                #expect(Double(fetched) <= row.fetches * Double(content.size) + Double(4 << 20), "\(fetched) \(outcome.story)")
            }
        }
    }

    @Test("in front, without a length and without chunks: the end of the connection is the end of the file", arguments: Engine.allCases)
    func untilClose(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.ignoreRange, match: "cdn/"))
            await scenario.hub.addFault(Fault(.noLength, match: "cdn/"))
            let nginx = try Nginx(
                in: scenario.box,
                server: "chunked_transfer_encoding off; location / { proxy_pass \(scenario.at.cdn); proxy_http_version 1.1; }")
            try await nginx.serving {
                let outcome = try await scenario.add("http://127.0.0.1:\(nginx.port)/plain/large.bin", "--json")
                outcome.expectSuccess()
                try scenario.expectFile("large.bin", await scenario.hub.plainFile("large.bin"))
            }
        }
    }

    @Test("is gone for half a minute, and back: the run resumes", arguments: Engine.allCases)
    func outage(engine: Engine) async throws {
        try await withScenario(engine, isIdle: true) { scenario in
            // In front of nothing but its own file, at 2 MiB/s a request.
            let nginx = try Nginx(in: scenario.box, server: "limit_rate 2m;")
            let content = try #require(await scenario.hub.plainFile("large.bin"))
            try nginx.put(content.data, as: "large.bin")
            // The delays of a user who has set none.
            let usual = ["FETCHCTL_RETRY_DELAY_MIN": "5", "FETCHCTL_RETRY_DELAY_MAX": "60"]
            let first = try await nginx.start()
            let running = try await scenario.start(
                "http://127.0.0.1:\(nginx.port)/large.bin", "--json", "-x", "1", environment: usual)
            try await scenario.waitUntilRecorded(1 << 20, of: "large.bin")
            await Nginx.end(first)
            try await Task.sleep(for: .seconds(30))
            #expect(!running.hasEnded, "\(running.stdout)")
            let second = try await nginx.start()
            let outcome = await running.end(timeout: 120)
            await Nginx.end(second)
            outcome.expectSuccess()
            try scenario.expectFile("large.bin", content)
            #expect(try outcome.events().contains { $0.tells("retrying reset") }, "\(outcome.story)")
            #expect(try outcome.event("finished")["fetched_bytes"]?.int ?? .max <= 8 << 20, "\(outcome.story)")
        }
    }

    @Test("that does not come back is 75, since it had answered; when it is back the same command resumes", arguments: Engine.allCases)
    func gone(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let nginx = try Nginx(in: scenario.box, server: "limit_rate 2m;")
            let content = try #require(await scenario.hub.plainFile("large.bin"))
            try nginx.put(content.data, as: "large.bin")
            let url = "http://127.0.0.1:\(nginx.port)/large.bin"
            let first = try await nginx.start()
            let running = try await scenario.start(url, "--json", "-x", "1", "--retries", "2")
            try await scenario.waitUntilRecorded(1 << 20, of: "large.bin")
            await Nginx.end(first)
            let outcome = await running.end()
            outcome.expectFailure(75)
            let kept = try #require(try outcome.event("failed")["kept_bytes"]?.int)
            #expect(kept >= 1 << 20)
            // A server that never answered is another case.
            try await scenario.add(url, "-o", "other.bin", "--json", "--retries", "0").expectFailure(69, kind: "unreachable")
            try await nginx.serving {
                let again = try await scenario.add(url, "--json")
                again.expectSuccess()
                #expect(try again.event("started")["resumed_bytes"]?.int ?? 0 >= kept)
                try scenario.expectFile("large.bin", content)
            }
        }
    }

    @Test("whose file is replaced in mid-transfer: one version or the other, told apart by ETag and size", arguments: Engine.allCases)
    func replaced(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let nginx = try Nginx(in: scenario.box, server: "limit_rate 2m;")
            let old = try #require(await scenario.hub.plainFile("large.bin"))
            try nginx.put(old.data, as: "large.bin")
            try await nginx.serving {
                let running = try await scenario.start("http://127.0.0.1:\(nginx.port)/large.bin", "--json", "-x", "1")
                try await scenario.waitUntilRecorded(1 << 20, of: "large.bin")
                // Longer by one byte: its ETag here is time and size.
                try nginx.put(old.replaced.data + [0], as: "large.bin")
                let outcome = await running.end()
                outcome.expectSuccess()
                let data = try #require(scenario.box.data("large.bin"))
                #expect(old.isSame(as: data) || data == old.replaced.data + [0], "a mixture of \(data.count) bytes \(outcome.story)")
            }
        }
    }
}
