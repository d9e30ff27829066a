import Foundation
import PracticeHub
import Testing

/// Files of a download are lost or damaged while it runs, or between two runs.
extension DiskTests {
    /// What happens to a companion while the transfer runs, which is then killed. The other companion knows.
    enum Mishap: String, CaseIterable, Sendable {
        case controlEmptied, controlDeleted, recordEmptied, recordDeleted
    }

    @Test(
        "loses what is beside a partial in mid-transfer: the run goes on, and so does the next", arguments: Mishap.allCases,
        Engine.allCases)
    func companions(mishap: Mishap, engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 4)) { scenario in
            let running = try await scenario.start("civitai:12345", "--json", "-x", "2")
            try await scenario.waitUntilRecorded(3 << 20, of: name)
            let path = scenario.box.path(part + (mishap.rawValue.hasPrefix("control") ? ".aria2" : ".json"))
            if mishap.rawValue.hasSuffix("Emptied") { truncate(path, 0) } else { unlink(path) }
            running.send(SIGKILL)
            _ = await running.end()
            #expect(await eventually(within: .seconds(3)) { scenario.aria2c.isEmpty })
            scenario.expectNoFile(name)
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            // The control file says which bytes are there, and not of what: without the record nothing is trusted.
            if mishap.rawValue.hasPrefix("control") {
                #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 3 << 20, "\(outcome.story)")
            }
        }
    }

    @Test("loses the same, and the run continues: it succeeds", arguments: Mishap.allCases, Engine.allCases)
    func companionsOfRunning(mishap: Mishap, engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2.5)) { scenario in
            let running = try await scenario.start("civitai:12345", "--json", "-x", "2")
            try await scenario.waitUntilRecorded(2 << 20, of: name)
            let path = scenario.box.path(part + (mishap.rawValue.hasPrefix("control") ? ".aria2" : ".json"))
            if mishap.rawValue.hasSuffix("Emptied") { truncate(path, 0) } else { unlink(path) }
            let outcome = await running.end()
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(try outcome.event("finished")["fetched_bytes"]?.int ?? .max <= 10 << 20, "\(outcome.story)")
        }
    }

    @Test("loses a partial that is taken away mid-transfer: 74, and running again works", arguments: Engine.allCases)
    func vanished(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2.5)) { scenario in
            let running = try await scenario.start("civitai:12345", "--json")
            try await scenario.waitUntilServed(2 << 20)
            unlink(scenario.box.path(part))
            let outcome = await running.end()
            outcome.expectFailure(74, kind: "io")
            scenario.expectNoFile(name)
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("loses the whole folder mid-transfer: 74, and running again works", arguments: Engine.allCases)
    func folderVanished(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2.5)) { scenario in
            let running = try await scenario.start("civitai:12345", "--json", "-d", "models")
            try await scenario.waitUntilServed(2 << 20)
            // The running engine renames its control file meanwhile, so that one pass may fail.
            let isGone = await eventually {
                try? FileManager.default.removeItem(atPath: scenario.box.path("models"))
                return !scenario.box.exists("models")
            }
            #expect(isGone)
            let outcome = await running.end()
            outcome.expectFailure(74, kind: "io")
            #expect(!scenario.box.exists("models/" + name))
            try await scenario.add("civitai:12345", "-d", "models").expectSuccess()
            try scenario.expectFile("models/" + name, await scenario.hub.civitaiFile(12345))
        }
    }
}
