import Foundation
import PracticeHub
import Testing

@Suite("Mirrors")
struct MirrorTests {
    /// 8 connections at 1 MB/s each: long enough that every source has its part.
    private static var paced: HubConfiguration {
        var configuration = HubConfiguration.small
        configuration.bytesPerSecondPerConnection = 1_000_000
        return configuration
    }

    private static func origin(_ scenario: Scenario, size: Int64 = 12 << 20) async -> (url: String, content: PracticeFile) {
        await scenario.hub.addFile(NewFile(.plain, name: "origin/model.bin", size: size, seed: 7))
    }

    private static func mirror(_ scenario: Scenario, _ name: String = "one", size: Int64 = 12 << 20, seed: UInt64 = 7) async -> String {
        await scenario.hub.addFile(NewFile(.plain, name: "\(name)/model.bin", size: size, seed: seed)).url
    }

    @Test("give ranges beside the source, whichever engine was asked for", arguments: Engine.allCases)
    func both(engine: Engine) async throws {
        try await withScenario(engine, Self.paced) { scenario in
            let (url, content) = await Self.origin(scenario)
            let outcome = try await scenario.add(url, "--mirror", await Self.mirror(scenario), "-x8", "--json")
            outcome.expectSuccess()
            try scenario.expectFile("model.bin", content)
            #expect(try outcome.event("finished")["engine"]?.string == "builtin")
            for place in ["/plain/origin/", "/plain/one/"] {
                #expect(await scenario.requests("cdn", place).reduce(0) { $0 + $1.bodyBytesSent } > 1 << 20, "\(place) served nothing")
            }
            // Nothing was fetched from both, but for the tail of the slow one.
            #expect(try #require(try outcome.event("finished")["fetched_bytes"]?.int) <= content.size + 2 << 20)
        }
    }

    /// What is wrong with a mirror, and a word that its warning holds.
    static let bad: [(name: String, size: Int64, fault: Fault?, word: String)] = [
        ("short", 5 << 20, nil, "bytes instead of"), ("long", 13 << 20, nil, "bytes instead of"),
        ("page", 12 << 20, Fault(.html, match: "/plain/page/"), "not used"),
        ("gone", 12 << 20, Fault(.status, match: "/plain/gone/", status: 404), "404"),
        ("whole", 12 << 20, Fault(.ignoreRange, match: "/plain/whole/"), "whole files"),
        ("mute", 12 << 20, Fault(.noAnswer, match: "/plain/mute/"), "not used"),
        ("late", 12 << 20, Fault(.status, match: "/plain/late/", skip: 1, status: 503), "503"),
    ]

    @Test("that are dead or have another file are dropped and named at once", arguments: bad)
    func dropped(row: (name: String, size: Int64, fault: Fault?, word: String)) async throws {
        try await withScenario(.builtin, Self.paced) { scenario in
            if let fault = row.fault { await scenario.hub.addFault(fault) }
            let (url, content) = await Self.origin(scenario)
            let mirror = await Self.mirror(scenario, row.name, size: row.size)
            let outcome = try await scenario.add(url, "--mirror", mirror, "-x8", "--json", "--sha256", content.sha256)
            outcome.expectSuccess()
            try scenario.expectFile("model.bin", content)
            let warning = try outcome.events().first { $0.name == "warning" && $0["kind"]?.string == "mirror" }
            let message = try #require(warning?["message"]?.string, "\(outcome.stdout)")
            #expect(message.contains(mirror) && message.contains(row.word), "\(message)")
        }
    }

    @Test("that have other bytes are named, and only theirs are fetched again")
    func differing() async throws {
        try await withScenario(.builtin, Self.paced) { scenario in
            let (url, content) = await Self.origin(scenario)
            let good = await Self.mirror(scenario, "good")
            let bad = await Self.mirror(scenario, "bad", seed: 8)
            let outcome = try await scenario.add(url, "--mirror", good, "--mirror", bad, "-x8", "--json", "--sha256", content.sha256)
            outcome.expectSuccess()
            try scenario.expectFile("model.bin", content)
            let messages = try outcome.events().filter { $0.name == "warning" }.compactMap { $0["message"]?.string }
            #expect(messages.contains { $0.contains("other bytes") && $0.contains(bad) && !$0.contains(good) }, "\(messages)")
            #expect(try #require(try outcome.event("finished")["fetched_bytes"]?.int) < 2 * content.size)
        }
    }

    @Test("stand in the record, so that a later run knows whose bytes are wrong", arguments: Engine.allCases)
    func recorded(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 4)) { scenario in
            let (url, content) = await Self.origin(scenario)
            let bad = await Self.mirror(scenario, "bad", seed: 8)
            let first = try await scenario.start(url, "--mirror", bad, "-x2", "--json", "--sha256", content.sha256)
            try await scenario.waitUntilRecorded(4 << 20, of: "model.bin")
            first.send(SIGKILL)
            _ = await first.end()
            let record = try #require(scenario.box.partialRecord("model.bin"))
            #expect("\(record["mirrored"] ?? .null)".contains(bad), "\(record)")
            let outcome = try await scenario.add(url, "--json", "--sha256", content.sha256)
            outcome.expectSuccess()
            try scenario.expectFile("model.bin", content)
            let messages = try outcome.events().filter { $0.name == "warning" }.compactMap { $0["message"]?.string }
            #expect(messages.contains { $0.contains("other bytes") && $0.contains(bad) }, "\(messages)")
        }
    }

    @Test("get nothing that was typed for the source")
    func headers() async throws {
        try await withScenario(.builtin, Self.paced) { scenario in
            let (url, content) = await Self.origin(scenario)
            // Another origin, as far as credentials go.
            let mirror = await Self.mirror(scenario).replacingOccurrences(of: "127.0.0.1", with: "localhost")
            let outcome = try await scenario.add(url, "--mirror", mirror, "-x8", "--header", "Authorization: Bearer only-for-the-source")
            outcome.expectSuccess()
            try scenario.expectFile("model.bin", content)
            let asked = await scenario.requests("cdn", "/plain/one/")
            #expect(!asked.isEmpty)
            #expect(asked.allSatisfy { !"\($0)".contains("only-for-the-source") })
            #expect(await scenario.requests("cdn", "/plain/origin/").contains { "\($0)".contains("only-for-the-source") })
        }
    }

    @Test("stand on the line of an input file, and belong to one reference on the command line")
    func inputFile() async throws {
        try await withScenario(.builtin, Self.paced) { scenario in
            let (url, content) = await Self.origin(scenario)
            let mirror = await Self.mirror(scenario)
            try await scenario.add(
                "-i", "-", "-x8", stdin: "\(url)\t\(mirror)\n  out=tabs.bin\n\(url)\n  out=line.bin\n  mirror=\(mirror)\n"
            )
            .expectSuccess()
            try scenario.expectFile("tabs.bin", content)
            try scenario.expectFile("line.bin", content)
            #expect(await !scenario.requests("cdn", "/plain/one/").isEmpty)
            try await scenario.add(url, "civitai:12345", "--mirror", mirror).expectFailure(64)
            try await scenario.add("practice/many", "--mirror", mirror).expectFailure(64)
            try await scenario.add(url, "--mirror", mirror, "--only", "hf").expectFailure(64)
        }
    }
}
