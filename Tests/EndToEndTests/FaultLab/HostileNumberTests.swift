import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: impossible numbers")
struct HostileNumberTests {
    /// A server that answers every request alike, and how the command has to end.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let head: String
        let code: Int32
        let kind: String
        /// A part of what is said.
        var says = ""

        init(_ description: String, _ head: String, exits code: Int32, _ kind: String, says: String = "") {
            (testDescription, self.head, self.code, self.kind, self.says) = (description, head, code, kind, says)
        }
    }

    static let huge = "99999999999999999999"

    static let heads = [
        Row("Retry-After with twenty digits", "429 Later\r\nRetry-After: \(huge)", exits: 75, "rate_limited", says: "31 days"),
        Row("Retry-After with 400 digits", "503 Later\r\nRetry-After: \(String(repeating: "9", count: 400))", exits: 75, "server"),
        Row("a date of the year 9999 in Retry-After", "429 No\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT", exits: 75, "rate_limited"),
        Row("RateLimit with a reset of twenty digits", "429 Later\r\nRateLimit: \"api\";r=0;t=\(huge)", exits: 75, "rate_limited"),
        Row("RateLimit with counts of 2^63-1", "429 No\r\nRateLimit: \"a\";r=\(Int64.max);t=\(Int64.max)", exits: 75, "rate_limited"),
        Row("a total of 2^63-1", "206 Part\r\nContent-Range: bytes 0-0/\(Int64.max)", exits: 75, "server", says: "2^50"),
        Row("a total of 2^60", "206 Part\r\nContent-Range: bytes 0-0/\(1 << 60)", exits: 75, "server", says: "2^50"),
        Row("a total of twenty digits", "206 Part\r\nContent-Range: bytes 0-0/\(huge)", exits: 75, "server", says: "2^50"),
        Row("a negative total", "206 Part\r\nContent-Range: bytes 0-0/-5", exits: 75, "server", says: "-5"),
        Row("a total of 2^50: there is no room for it", "206 Part\r\nContent-Range: bytes 0-0/\(1 << 50)", exits: 74, "disk_full"),
        Row("a part at 2^63-1", "206 Part\r\nContent-Range: bytes 0-\(Int64.max)/*\r\nContent-Length: \(Int64.max)", exits: 75, "server"),
        Row("a whole file of 2^60", "200 OK\r\nContent-Length: \(1 << 60)", exits: 75, "server"),
    ]

    @Test("in a server's head end as its fault", arguments: heads, Engine.allCases)
    func head(row: Row, engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let server = Self.server { _ in "HTTP/1.1 \(row.head)\r\nConnection: close\r\n\r\nx" }
            defer { server.stop() }
            let outcome = try await scenario.add("http://127.0.0.1:\(server.port)/model.bin", "--retries", "1", "--json")
            outcome.expectFailure(row.code, kind: row.kind)
            if !row.says.isEmpty { #expect(outcome.stdout.contains(row.says), "\(outcome.story)") }
            scenario.expectNoFile("model.bin")
        }
    }

    @Test("while the bytes come, after a sound first answer, end as the server's fault", arguments: Engine.allCases)
    func later(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let server = Self.server { request in
                let isProbe = request.contains("bytes=0-0")
                let range = isProbe ? "bytes 0-0/8000000" : "bytes \(Int64.max - 1)-\(Int64.max)/*"
                return "HTTP/1.1 206 Part\r\nContent-Range: \(range)\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
            }
            defer { server.stop() }
            let outcome = try await scenario.add("http://127.0.0.1:\(server.port)/model.bin", "--retries", "1", "--json")
            outcome.expectFailure(75, kind: "server")
            scenario.expectNoFile("model.bin")
        }
    }

    static let digest = String(repeating: "a", count: 64)

    static func modelScope(_ sizes: [String]) -> String {
        let files = sizes.enumerated().map { #"{"Path":"m\#($0).bin","Type":"blob","Size":\#($1),"Sha256":"\#(digest)"}"# }
        return #"{"Code":200,"Success":true,"Data":{"Files":[\#(files.joined(separator: ","))]}}"#
    }

    static func ollama(_ size: String) -> String {
        #"{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:\#(digest)","size":\#(size)}]}"#
    }

    static let listings: [(reference: String, body: String, code: Int32, kind: String)] = [
        ("modelscope:a/b", modelScope(["-5"]), 75, "server"), ("modelscope:a/b", modelScope(["\(Int64.max)"]), 75, "server"),
        ("modelscope:a/b", modelScope([huge]), 75, "server"), ("modelscope:a/b", modelScope(["1e300"]), 75, "server"),
        ("modelscope:a/b", modelScope(Array(repeating: "\(1 << 50)", count: 9000)), 74, "disk_full"),
        ("ollama:m:t", ollama("-1"), 75, "server"), ("ollama:m:t", ollama("\(Int64.max)"), 75, "server"),
        ("ollama:m:t", ollama("\(1 << 50)"), 74, "disk_full"),
    ]

    @Test("in a listing end as the service's fault, and sums of them as too little room", arguments: listings)
    func listing(row: (reference: String, body: String, code: Int32, kind: String)) async throws {
        try await withScenario(.builtin) { scenario in
            let server = Self.server { _ in
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(row.body.utf8.count)\r\nConnection: close\r\n\r\n\(row.body)"
            }
            defer { server.stop() }
            let endpoint = "http://127.0.0.1:\(server.port)"
            let outcome = try await scenario.add(
                row.reference, "--json", "--retries", "0",
                environment: ["FETCHCTL_MODELSCOPE_ENDPOINT": endpoint, "FETCHCTL_OLLAMA_ENDPOINT": endpoint])
            outcome.expectFailure(row.code, kind: row.kind)
            // Looking at it needs no room.
            let info = try await scenario.run(
                ["info", row.reference], environment: ["FETCHCTL_MODELSCOPE_ENDPOINT": endpoint, "FETCHCTL_OLLAMA_ENDPOINT": endpoint])
            #expect(info.code == (row.code == 74 ? 0 : row.code) && !info.wasKilled, "\(info.story.prefix(2000))")
        }
    }

    @Test(
        "on the command line are 64",
        arguments: [
            ["--timeout", "inf"], ["--timeout", "nan"], ["--timeout", "1e400"], ["--timeout", "-1"], ["--timeout", "2678401"],
            ["--timeout", "0x10"], ["--wait", "inf"], ["--wait", huge], ["--retries", huge], ["--retries", "-1"], ["--retries", "+1"],
            ["--limit-rate", "99999999T"], ["--limit-rate", "inf"], ["-x", "+5"], ["-j", huge], ["--stop-with-process", huge],
        ])
    func typed(words: [String]) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            // Glued, so that a minus is a value.
            let word = words[0].hasPrefix("--") ? ["\(words[0])=\(words[1])"] : ["\(words[0])\(words[1])"]
            try await scenario.run(["add", "http://127.0.0.1:1/x.bin"] + word).expectFailure(64)
        }
    }

    @Test(
        "in the configuration are 78",
        arguments: ["TIMEOUT", "RETRY_DELAY_MIN", "MAX_RETRIES", "LIMIT_RATE", "REQUIRED_DISK_SPACE_GB", "CONNECTIONS"],
        ["inf", "nan", "-1", "1e400", huge + huge])
    func configured(key: String, value: String) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let outcome = try await scenario.add("http://127.0.0.1:1/x.bin", environment: ["FETCHCTL_\(key)": value])
            outcome.expectFailure(78)
            #expect(outcome.stderr.contains("FETCHCTL_\(key)"))
        }
    }

    @Test(
        "in a line that was written for another tool are that tool's usage error, where it is not there",
        arguments: [
            (["curl", "-O", "--connect-timeout", "inf"], 2), (["curl", "-O", "--max-time", "nan"], 2),
            (["curl", "-O", "--retry-delay", "-1"], 2),
            (["curl", "-O", "--limit-rate", "99999999T"], 2), (["wget", "--timeout=inf"], 2),
            (["wget", "--tries=-9223372036854775808"], 2),
            (["aria2c", "--connect-timeout=inf"], 28), (["aria2c", "--max-tries=\(huge)"], 28), (["gdown", "--timeout", "inf"], 2),
            (["gdown", "--retries", huge], 2), (["hf", "download", "org/name", "--max-workers", huge], 2),
        ] as [([String], Int32)])
    func dropIn(words: [String], code: Int32) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let outcome = try await scenario.run(words + ["http://127.0.0.1:1/x.bin"], environment: ["PATH": scenario.box.home])
            #expect(outcome.code == code && !outcome.wasKilled, "\(outcome.story)")
        }
    }

    @Test(
        "that are merely large in a line for another tool are without end",
        arguments: [["curl", "-O", "--max-time"], ["wget", "--timeout"]])
    func large(words: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let server = Self.server { _ in "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx" }
            defer { server.stop() }
            let outcome = try await scenario.run(words + [Self.huge, "http://127.0.0.1:\(server.port)/x.bin"])
            outcome.expectSuccess()
            #expect(scenario.box.data("x.bin")?.count == 1)
        }
    }

    @Test(
        "in a record that a partial has beside it keep it from being resumed", arguments: ["-5", "\(1 << 60)", "\(Int64.max)", huge, "1e3"])
    func record(size: String) async throws {
        try await withScenario(.builtin) { scenario in
            let part = "model.bin" + Sandbox.partialEnding
            let server = Self.server { _ in "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx" }
            defer { server.stop() }
            let url = "http://127.0.0.1:\(server.port)/model.bin"
            try scenario.box.write("y", to: part)
            try scenario.box.write(
                #"{"version":1,"reference":"\#(url)","identity":"\#(url)","size":\#(size),"piece_length":1048576,"pieces":"80"}"#,
                to: part + ".json")
            try await scenario.add(url).expectSuccess()
            #expect(scenario.box.data("model.bin") == Data("x".utf8))
        }
    }

    /// Answers each request, by its head, with that text, and closes.
    private static func server(_ answer: @escaping @Sendable (String) -> String) -> LoopbackServer {
        LoopbackServer { client in
            guard let head = Wire.readHead(client) else { return }
            Wire.write(client, answer(head).utf8)
        }
    }
}
