import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: a server that refuses for a while")
struct RefusingServerTests {
    static let once = ["--retries", "0", "-x", "1"]

    static func status(_ status: Int, _ match: String = "cdn/", times: Int? = nil, after seconds: String? = nil) -> [Fault] {
        [Fault(.status, match: match, times: times, status: status, headers: seconds.map { ["Retry-After": $0] })]
    }

    static let rows = [
        LabRow("503 twice", status(503, times: 2), exits: 0, .whole, tells: ["retrying server"], arguments: ["-x", "1"]),
        LabRow(
            "503 by the API, twice", status(503, "civitai/api/v1/model-versions", times: 2), exits: 0, .whole, tells: ["retrying server"]),
        LabRow("503 instead of a link, twice", status(503, "civitai/api/download", times: 2), exits: 0, .whole, tells: ["retrying server"]),
        LabRow(
            "503 for ever", status(503), exits: 75, .nothing, tells: ["retrying server", "failed server"], arguments: ["--retries", "2"],
            requests: 20),
        LabRow(
            "503 for ever, by the API", status(502, "civitai/api"), exits: 75, .nothing, tells: ["failed server"],
            arguments: ["--retries", "1"], requests: 0),
        LabRow(
            "503 with Retry-After, which is no try", status(503, times: 1, after: "1"), exits: 0, .whole, tells: ["waiting server"],
            arguments: once, seconds: 1...50),
        LabRow(
            "503 for ever once some is there",
            [Fault(.drop, match: "cdn/", times: 4, after: 1_200_000), Fault(.status, match: "cdn/", skip: 4)],
            exits: 75, .later, tells: ["failed server"], arguments: ["--retries", "1", "-x", "2"]),
        LabRow(
            "429 with Retry-After, which is no try", status(429, times: 1, after: "1"), exits: 0, .whole, tells: ["waiting rate_limited"],
            arguments: once, seconds: 1...50),
        LabRow(
            "429 with Retry-After by the API", status(429, "civitai/api/v1/model-versions", times: 1, after: "1"), exits: 0, .whole,
            tells: ["waiting rate_limited"], arguments: once, seconds: 1...50),
        LabRow(
            "429 with a Retry-After of zero is a try", status(429, times: 2, after: "0"), exits: 0, .whole,
            tells: ["retrying rate_limited"], arguments: ["-x", "1"]),
        LabRow(
            "429 without Retry-After, twice", status(429, times: 2), exits: 0, .whole, tells: ["retrying rate_limited"],
            arguments: ["-x", "1"]),
        LabRow(
            "429 without Retry-After, for ever", status(429), exits: 75, .nothing, tells: ["retrying rate_limited", "failed rate_limited"],
            source: .hub, arguments: ["--retries", "1"], requests: 20),
        LabRow(
            "429 that asks for 50 minutes", status(429, after: "3000"), exits: 75, .nothing, tells: ["failed rate_limited"], requests: 10,
            seconds: 0...15),
        LabRow(
            "429 that asks for 50 minutes, by the API", status(429, "civitai/api/v1", after: "3000"), exits: 75, .nothing,
            tells: ["failed rate_limited"], requests: 0, seconds: 0...15),
    ]

    @Test("has the outcome and exit code of its row", arguments: rows, Engine.allCases)
    func row(row: LabRow, engine: Engine) async throws { try await row.run(engine) }

    @Test("connections beyond the first, with 403: the first goes on, and fetches the file", arguments: Engine.allCases)
    func oneConnection(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2)) { scenario in
            let (url, file) = await scenario.hub.addFile(NewFile(.plain, name: "shy.bin", size: 8 << 20))
            // After the question for its size (aria2's is asked for another) and the first connection: all that come with it.
            await scenario.hub.addFault(Fault(.status, match: "shy.bin", times: 3, skip: engine == .aria2 ? 3 : 2, status: 403))
            let outcome = try await scenario.add(url, "--json", "-x", "4")
            outcome.expectSuccess()
            try scenario.expectFile("shy.bin", file)
        }
    }

    @Test("counts its tries, and says each", arguments: Engine.allCases)
    func tries(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn/", status: 503))
            let outcome = try await scenario.add("civitai:12345", "--retries", "2", "--json")
            outcome.expectFailure(75, kind: "server")
            let tries = try outcome.events().filter { $0.name == "retrying" }
            #expect(tries.map { $0["attempt"]?.int } == [1, 2])
            #expect(tries.allSatisfy { $0["of"]?.int == 2 })
        }
    }

    @Test("that asks for too much timeout: the time is named", arguments: Engine.allCases, ["civitai/api/v1", "cdn/"])
    func namedTime(engine: Engine, match: String) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: match, status: 429, headers: ["Retry-After": "3000"]))
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectFailure(75, kind: "rate_limited")
            let failed = try outcome.event("failed")
            let words = (failed["why"]?.string ?? "") + (failed["message"]?.string ?? "")
            #expect(words.contains("3000") || words.contains("50 min"), "\(outcome.story)")
        }
    }

    @Test("says 429 with a date", arguments: Engine.allCases)
    func date(engine: Engine) async throws {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = .gmt
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        try await withScenario(engine) { scenario in
            // By the server's clock, which is this machine's here.
            let then = format.string(from: Date().addingTimeInterval(4))
            await scenario.hub.addFault(Fault(.status, match: "cdn/", times: 1, status: 429, headers: ["Retry-After": then]))
            let outcome = try await scenario.add("civitai:12345", "--json", "--retries", "0", "-x", "1")
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.tells("waiting rate_limited") }, "\(outcome.story)")
        }
    }

    @Test("whose storage answers with a permanent status is asked again", arguments: Engine.allCases)
    func flakyStorage(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            // 404, told from a real one by its Cache-Control alone; twice, then it works.
            try await scenario.add("civitai:12353").expectSuccess()
            try scenario.expectFile("practice-flaky.safetensors", await scenario.hub.civitaiFile(12353))
        }
    }

    @Test("whose Hub's API never answers is 75 too")
    func hubNeverServes() async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "/api/", status: 502))
            try await scenario.add("practice/tiny", "--retries", "1", "--json").expectFailure(75, kind: "server")
        }
    }
}
