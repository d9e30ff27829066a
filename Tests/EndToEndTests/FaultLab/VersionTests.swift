import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: version identifiers")
struct VersionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fields: VersionedServer.Fields
    }

    private static let older = "Last-Modified: Mon, 05 Jan 2026 10:00:00 GMT"
    private static let newer = "Last-Modified: Mon, 05 Jan 2026 10:00:01 GMT"

    static let rows = [
        Row(testDescription: "a date alone", fields: ([older], [newer])),
        Row(testDescription: "a weak ETag alone", fields: (["ETag: W/\"1\""], ["ETag: W/\"2\""])),
        Row(testDescription: "a weak ETag besides the same date", fields: (["ETag: W/\"1\"", older], ["ETag: W/\"2\"", older])),
        Row(testDescription: "a date besides the same ETag", fields: (["ETag: \"1\"", older], ["ETag: \"1\"", newer])),
        Row(testDescription: "a strong ETag", fields: (["ETag: \"1\""], ["ETag: \"2\""])),
    ]

    private func expect(_ isReplaced: Bool, in box: Sandbox) {
        let data = box.data("versioned.bin")
        let isSame = data == VersionedServer.content(isReplaced: isReplaced)
        #expect(isSame, "\(data?.count ?? -1) bytes, \(data?.count { $0 == 0xAA } ?? 0) of the old version")
    }

    @Test("of a file that is replaced between two runs", arguments: rows, Engine.allCases)
    func betweenRuns(row: Row, engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let server = VersionedServer(row.fields, cutsAfter: 3 << 20)
            defer { server.stop() }
            try await scenario.add(server.url, "--retries", "0", "-x", "2").expectFailure(75)
            try #require(scenario.box.hasPartial("versioned.bin"))
            server.replace()
            let outcome = try await scenario.add(server.url, "--json", "-x", "2")
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.tells("warning restarted") }, "\(outcome.story)")
            expect(true, in: scenario.box)
        }
    }

    @Test("of a file that is replaced within one run", arguments: rows, Engine.allCases)
    func withinRun(row: Row, engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let server = VersionedServer(row.fields, cutsAfter: 3 << 20, replacesAtCut: true)
            defer { server.stop() }
            let outcome = try await scenario.add(server.url, "--json", "-x", "2")
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.tells("warning restarted") }, "\(outcome.story)")
            expect(true, in: scenario.box)
        }
    }

    @Test("which stays the same: what is there is kept, and only a strong ETag is a condition", arguments: rows, Engine.allCases)
    func unchanged(row: Row, engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let server = VersionedServer((row.fields.before, row.fields.before), cutsAfter: 3 << 20)
            defer { server.stop() }
            try await scenario.add(server.url, "--retries", "0", "-x", "2").expectFailure(75)
            let record = try #require(scenario.box.partialRecord("versioned.bin"))
            for (name, key) in [("ETag: ", "etag"), ("Last-Modified: ", "last_modified")] {
                let sent = row.fields.before.first { $0.hasPrefix(name) }?.dropFirst(name.count)
                #expect(record[key]?.string == sent.map(String.init))
            }
            #expect(record["etag_host"]?.string == "127.0.0.1")
            server.replace()
            let outcome = try await scenario.add(server.url, "--json", "-x", "2")
            outcome.expectSuccess()
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 > 0, "\(outcome.story)")
            let conditions = server.heads.flatMap { $0.split(separator: "\r\n") }.filter { $0.lowercased().hasPrefix("if-range") }
            let strong = row.fields.before.first { $0.hasPrefix("ETag: \"") }?.dropFirst("ETag: ".count)
            #expect(conditions.allSatisfy { strong != nil && $0 == "If-Range: \(strong!)" }, "\(conditions)")
            if engine == .builtin { #expect(conditions.isEmpty == (strong == nil)) }
        }
    }

    @Test("where a condition makes the server send the whole file, it is asked without one")
    func uselessCondition() async throws {
        try await withScenario(.builtin) { scenario in
            let fields = ["ETag: \"1\""]
            let server = VersionedServer((fields, fields), ignoresRangesWithCondition: true)
            defer { server.stop() }
            let outcome = try await scenario.add(server.url, "--json", "-x", "2")
            outcome.expectSuccess()
            #expect(try !outcome.events().contains { $0.tells("warning restarted") || $0.tells("retrying") }, "\(outcome.story)")
            expect(false, in: scenario.box)
        }
    }
}
