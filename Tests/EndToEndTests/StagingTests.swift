import Foundation
import PracticeHub
import Testing

/// A folder that takes files from start to end only, as mounted object stores do: a library in the program plays it.
@Suite("A target without random writes")
struct StagingTests {
    private static let library: String? = {
        let folder = URL(fileURLWithPath: Fetchctl.binary).deletingLastPathComponent()
        return ["libSequentialDisk.so", "libSequentialDisk.dylib"].map { folder.appendingPathComponent($0).path }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// What makes that folder one, for the programs of a test.
    static func disk(_ scenario: Scenario, renames: Bool = true, at folder: String = "bucket") throws -> [String: String] {
        [
            "LD_PRELOAD": try #require(library), "SEQUENTIAL_DISK": scenario.box.path(folder),
            "SEQUENTIAL_DISK_RENAMES": renames ? "yes" : "no",
        ]
    }

    @Test("gets its file copied when it is whole", arguments: Engine.allCases, [true, false])
    func copied(engine: Engine, renames: Bool) async throws {
        try await withScenario(engine) { scenario in
            let disk = try Self.disk(scenario, renames: renames)
            let outcome = try await scenario.add("civitai:12345", "-d", "bucket", "--json", environment: disk)
            outcome.expectSuccess()
            try scenario.expectFile("bucket/practice-model.safetensors", await scenario.hub.civitaiFile(12345))
            let warnings = try outcome.events().filter { $0.name == "warning" && $0["kind"]?.string == "staging" }
            #expect(warnings.count == 1)
            #expect(try outcome.event("finished")["engine"]?.string == engine.rawValue)
            let left = FileManager.default.enumerator(atPath: scenario.box.temporary)?.compactMap { $0 as? String } ?? []
            #expect(left.filter { $0.contains("fetchctl-part") } == [])
            // The record tells the copy, and so it is not read again.
            let again = try await scenario.add("civitai:12345", "-d", "bucket", "--json", environment: disk)
            again.expectSuccess()
            #expect(try again.event("skipped")["reason"]?.string == "complete")
            #expect(try !again.events().contains { $0.name == "verifying" })
        }
    }

    @Test("has its partial resumed after a kill", arguments: Engine.allCases)
    func resumed(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 4)) { scenario in
            let disk = try Self.disk(scenario)
            let first = try await scenario.start(
                "civitai:12345", "-d", "bucket", "--staging", "stage", "-x2", "--json", environment: disk)
            func staged() -> String? {
                (try? FileManager.default.contentsOfDirectory(atPath: scenario.box.path("stage")))?.first {
                    $0.hasSuffix("fetchctl-part.json")
                }
            }
            let isRecorded = await eventually {
                staged().map {
                    scenario.box.recordedBytes("stage/" + $0.replacingOccurrences(of: ".fetchctl-part.json", with: "")) > 2 << 20
                }
                    ?? false
            }
            #expect(isRecorded)
            first.send(SIGKILL)
            _ = await first.end()
            let outcome = try await scenario.add("civitai:12345", "-d", "bucket", "--staging", "stage", "--json", environment: disk)
            outcome.expectSuccess()
            #expect(try #require(try outcome.event("started")["resumed_bytes"]?.int) > 1 << 20)
            try scenario.expectFile("bucket/practice-model.safetensors", await scenario.hub.civitaiFile(12345))
            #expect(try FileManager.default.contentsOfDirectory(atPath: scenario.box.path("stage")) == [])
        }
    }

    @Test("and no better place for its partial is 73, and names the way out", arguments: Engine.allCases)
    func nowhere(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let disk = try Self.disk(scenario)
            let outcome = try await scenario.add(
                "civitai:12345", "-d", "bucket", "--staging", "bucket/stage", "--json", environment: disk)
            outcome.expectFailure(73)
            #expect(try #require(try outcome.event("failed")["hint"]?.string).contains("--staging"))
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test("is not asked for by a folder that takes them")
    func notNeeded() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add("civitai:12345", "-d", "out", "--staging", "stage", "--json")
            outcome.expectSuccess()
            #expect(!scenario.box.exists("stage"))
            #expect(try !outcome.events().contains { $0["kind"]?.string == "staging" })
        }
    }
}
