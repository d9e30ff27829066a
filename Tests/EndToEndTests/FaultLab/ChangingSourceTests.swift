import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: a source that changes during the download")
struct ChangingSourceTests {
    @Test("whose file is replaced mid-transfer never gives a mixture", arguments: Engine.allCases)
    func replaced(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 3)) { scenario in
            let (url, old) = await scenario.hub.addFile(NewFile(.plain, name: "changing.bin", size: 12 << 20))
            let running = try await scenario.start(url, "--json", "-x", "2")
            try await scenario.waitUntilServed(3 << 20)
            await scenario.hub.addFault(Fault(.replaced, match: "changing.bin"))
            await scenario.hub.addFault(Fault(.drop, match: "changing.bin", times: 2, after: 1000))
            let outcome = await running.end()
            outcome.expectSuccess()
            let data = try #require(scenario.box.data("changing.bin"))
            // No hash is published here: the result is one of the versions from end to end.
            #expect(old.isSame(as: data) || old.replaced.isSame(as: data))
        }
    }

    @Test("whose file is replaced after aria2c's last request is noticed at the end")
    func replacedAtTheEnd() async throws {
        try await withScenario(.aria2, .paced(8, seconds: 3)) { scenario in
            let (url, old) = await scenario.hub.addFile(NewFile(.plain, name: "changing.bin", size: 8 << 20))
            let running = try await scenario.start(url, "--json", "-x", "2")
            try await scenario.waitUntilServed(2 << 20)
            await scenario.hub.addFault(Fault(.replaced, match: "changing.bin"))
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.tells("warning restarted") }, "\(outcome.story)")
            try scenario.expectFile("changing.bin", old.replaced)
        }
    }

    @Test("that cannot be asked at the end costs no whole file")
    func refusedAtTheEnd() async throws {
        try await withScenario(.aria2, .paced(8, seconds: 2)) { scenario in
            let (url, file) = await scenario.hub.addFile(NewFile(.plain, name: "brief.bin", size: 8 << 20))
            let running = try await scenario.start(url, "--json", "-x", "1")
            try await scenario.waitUntilServed(1 << 20)
            await scenario.hub.addFault(Fault(.status, match: "brief.bin", status: 403))
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.tells("warning version") }, "\(outcome.story)")
            try scenario.expectFile("brief.bin", file)
        }
    }

    @Test("whose file was replaced between two runs is fetched again, not mixed", arguments: Engine.allCases)
    func replacedBetween(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 3)) { scenario in
            let (url, old) = await scenario.hub.addFile(NewFile(.plain, name: "changing.bin", size: 12 << 20))
            let running = try await scenario.start(url, "-x", "2")
            try await scenario.waitUntilRecorded(3 << 20, of: "changing.bin")
            running.send(SIGTERM)
            _ = await running.end()
            await scenario.hub.addFault(Fault(.replaced, match: "changing.bin"))
            try await scenario.add(url).expectSuccess()
            try scenario.expectFile("changing.bin", old.replaced)
        }
    }

    static let rows = [
        // The new file's ETag differs, and its hash from the published one: it is refused, and told so.
        LabRow(
            "replaced mid-transfer where a hash is published",
            [
                Fault(.drop, match: "cdn/file/", times: 4, after: 1_200_000), Fault(.replaced, match: "cdn/file/", skip: 4),
            ], exits: 65, .nothing, tells: ["warning restarted", "failed checksum"], arguments: ["-x", "2"], fetches: 4),
        LabRow(
            "replaced within one answer, once, where a hash is published", [Fault(.mixed, match: "cdn/file/", times: 1, skip: 1)], exits: 0,
            .whole, arguments: ["-x", "1"], fetches: 2.1),
        LabRow(
            "replaced within every answer, where none is: it cannot be detected", [Fault(.mixed, match: "cdn/plain/")], exits: 0, .unseen,
            source: .plain),
    ]

    @Test("whose file is", arguments: rows, Engine.allCases)
    func row(row: LabRow, engine: Engine) async throws { try await row.run(engine) }
}
