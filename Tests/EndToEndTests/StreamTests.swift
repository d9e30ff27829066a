import Foundation
import PracticeHub
import Testing

/// The Hub and its content network behind https: what is asked for over how many connections, by nginx's own log.
@Suite("Small files over https", .requiresNginx)
struct StreamTests {
    /// One server's log line.
    struct Served: Sendable {
        /// `hub` or `cdn`.
        var server: Substring
        /// `HTTP/2.0` or `HTTP/1.1`.
        var version: Substring
        /// nginx's number of the connection.
        var connection: Substring
        /// Whether the TLS session was known from an earlier connection.
        var isResumed: Bool
        var status: Substring
    }

    /// What the servers offer, and the expected result.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What follows the port in `listen`.
        let listen: String
        var server = ""
        let version: String
        /// Connections to one server at most.
        let connections: Int
    }

    static let rows = [
        Row(
            testDescription: "over at most 4 connections where HTTP/2 is offered", listen: "ssl http2", version: "HTTP/2.0",
            connections: 4),
        Row(testDescription: "over at most 32 connections of HTTP/1.1", listen: "ssl", version: "HTTP/1.1", connections: 32),
        Row(
            testDescription: "also where a connection of HTTP/2 is ended after 50 requests", listen: "ssl http2",
            server: "keepalive_requests 50;", version: "HTTP/2.0", connections: 40),
    ]

    @Test("are fetched over the expected number of connections and streams", arguments: rows)
    func row(row: Row) async throws {
        try await withServers(listen: row.listen, server: row.server) { scenario, environment, log in
            let outcome = try await scenario.add("hf:practice/streams", "-d", "there", "--json", environment: environment)
            outcome.expectSuccess()
            #expect(try outcome.event("summary")["files"]?["finished"]?.int ?? 160 == 160)
            #expect(scenario.box.files.count(where: { $0.hasPrefix("there/") }) == 160)
            // nginx may log the last ones a moment after we have them: the description, 160 links, 160 files.
            await eventually { ((try? log())?.count ?? 0) >= 321 }
            let served = try log()
            #expect(served.allSatisfy { $0.version == row.version }, "\(Set(served.map(\.version)))")
            for server in ["hub", "cdn"] {
                let own = served.filter { $0.server == server }
                #expect(own.count >= 80)
                let connections = Set(own.map(\.connection)).count
                #expect(connections <= row.connections, "\(connections) connections to \(server)")
            }
        }
    }

    @Test("have as many ranges at once as -x says, each a stream", arguments: [1, 3])
    func ranges(connections: Int) async throws {
        // nginx counts streams as connections here, and refuses one too many.
        let limits = "limit_conn ports \(connections); limit_rate 4m;"
        try await withServers(listen: "ssl http2", http: "limit_conn_zone $server_port zone=ports:1m;", server: limits) {
            scenario, environment, log in
            await scenario.hub.addFile(NewFile(.hub, name: "part.bin", size: 3 << 20, repository: "practice/streams"))
            let outcome = try await scenario.add(
                "hf:practice/streams/part.bin", "-x", "\(connections)", "--json", environment: environment)
            outcome.expectSuccess()
            #expect(try outcome.event("started")["connections"]?.int == Int64(connections))
            let bytes = try log().filter { $0.server == "cdn" }
            #expect(bytes.allSatisfy { $0.version == "HTTP/2.0" && $0.status == "206" }, "\(bytes)")
            #expect(bytes.count >= connections)
        }
    }

    @Test("keep within the quota that the server tells, over many streams too", arguments: ["ssl http2", "ssl"])
    func quota(listen: String) async throws {
        try await withServers(listen: listen, quota: 140, texts: 0) { scenario, environment, log in
            let outcome = try await scenario.add("hf:practice/streams", "-d", "there", environment: environment)
            outcome.expectSuccess()
            #expect(scenario.box.files.count(where: { $0.hasPrefix("there/") }) == 160)
            let served = try log()
            // 128 streams may be under way before the first answer tells the quota; the rest wait for the next window. Requests that
            // overtake each other on the way to the server may cost a refusal, but never more than one for each file above the quota.
            #expect(served.count { $0.status == "429" } <= 20)
        }
    }

    @Test("share TLS sessions: where every connection ends after a request, the next one resumes", arguments: ["TLSv1.2", "TLSv1.3"])
    func sessions(version: String) async throws {
        // libcurl takes no tickets of TLS 1.2: the server has to remember those sessions.
        let lines = "keepalive_timeout 0; ssl_session_cache shared:s:1m; ssl_protocols \(version);"
        try await withServers(listen: "ssl", server: lines) { scenario, environment, log in
            let outcome = try await scenario.add(
                "hf:practice/streams", "--include", "text/*", "-d", "there", "--json", environment: environment)
            outcome.expectSuccess()
            let served = try log().filter { $0.server == "hub" }
            // Not those that began before the first one had its session; without sharing there is none.
            let resumed = served.count { $0.isResumed }
            #expect(resumed > 20, "\(resumed) of \(served.count) connections resumed a session")
            #expect(served.count > 100)
        }
    }

    @Test("leave a large file connections of its own, the one that was open already among them", arguments: ["ssl http2", "ssl"])
    func largeFile(listen: String) async throws {
        try await withServers(listen: listen) { scenario, environment, log in
            let link = try #require(environment["CDN"]) + "/plain/large.bin"
            let outcome = try await scenario.add(link, "-x", "4", "--engine", "builtin", "--json", environment: environment)
            outcome.expectSuccess()
            try scenario.expectFile("large.bin", await scenario.hub.plainFile("large.bin"))
            let served = try log().filter { $0.server == "cdn" }
            let probe = try #require(served.first)
            #expect(served.dropFirst().contains { $0.connection == probe.connection })
            #expect(Set(served.map(\.connection)).count <= 4)
            #expect(Set(served.dropFirst().map(\.connection)).count >= 2)
        }
    }

    /// A repo of 160 files of 2 KB behind nginx.
    /// - Parameters:
    ///   - listen: what follows each port in `listen`.
    ///   - http: lines of the `http` block.
    ///   - server: lines of each `server` block.
    ///   - quota: requests for files that the Hub takes in 5 seconds.
    ///   - texts: those of the files that git holds itself, so that the Hub serves their bytes.
    private func withServers(
        listen: String, http: String = "", server: String = "", quota: Int = 1_000_000, texts: Int = 80,
        _ body: (Scenario, [String: String], _ log: () throws -> [Served]) async throws -> Void
    ) async throws {
        let port = LoopbackServer.freePort()
        var configuration = HubConfiguration.small
        configuration.publicCDN = "https://127.0.0.1:\(port)"
        configuration.apiQuota = 1_000_000
        configuration.resolverQuota = quota
        configuration.quotaWindow = 5
        configuration.enforcesQuotas = true
        try await withScenario(.builtin, configuration) { scenario in
            for (folder, isText, copies) in [("text", true, texts), ("bytes", false, 160 - texts)] where copies > 0 {
                var file = NewFile(.hub, name: "\(folder)/#.\(isText ? "txt" : "bin")", size: 2000, repository: "practice/streams")
                file.copies = copies
                if isText { file.text = "#".padding(toLength: 2000, withPad: ".", startingAt: 0) }
                await scenario.hub.addFile(file)
            }
            let authority = try await PracticeAuthority(in: scenario.box, names: "IP:127.0.0.1")
            let path = scenario.box.root + "/served"
            let common = """
                access_log \(path) served;
                ssl_certificate \(authority.certificate); ssl_certificate_key \(authority.key);
                \(server)
                """
            let nginx = try Nginx(
                in: scenario.box,
                http: """
                    \(http)
                    log_format served '$server_port $server_protocol $connection $ssl_session_reused $status $uri';
                    server {
                        listen 127.0.0.1:\(port) \(listen);
                        \(common)
                        location / { proxy_pass \(scenario.at.cdn); proxy_http_version 1.1; proxy_set_header Connection ""; }
                    }
                    """,
                server: """
                    \(common)
                    location / { proxy_pass \(scenario.at.hub); proxy_http_version 1.1; proxy_set_header Connection ""; }
                    """, listen: listen)
            let environment = [
                "HF_ENDPOINT": "https://127.0.0.1:\(nginx.port)", "CURL_CA_BUNDLE": authority.trust["FILE"]!,
                "CDN": "https://127.0.0.1:\(port)",
            ]
            try await nginx.serving {
                try await body(scenario, environment) {
                    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
                        let words = line.split(separator: " ", maxSplits: 5)
                        return Served(
                            server: words[0] == "\(port)" ? "cdn" : "hub", version: words[1], connection: words[2],
                            isResumed: words[3] == "r", status: words[4])
                    }
                }
            }
        }
    }
}
