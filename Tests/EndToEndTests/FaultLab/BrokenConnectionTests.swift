import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: connections")
struct BrokenConnectionTests {
    /// The link's objects; each new byte starts the count of tries again, so that few tries outlast many drops.
    static let file = "cdn/file/"
    static let fewTries = ["--retries", "2", "-x", "2"]

    static let rows = [
        LabRow(
            "dropped after 400 kB, 12 times", [Fault(.drop, match: file, times: 12, after: 400_000)], exits: 0, .whole,
            arguments: fewTries, fetches: 1.4),
        LabRow(
            "dropped before the first megabyte, every time", [Fault(.drop, match: file, after: 700_000)], exits: 0, .whole,
            arguments: ["--retries", "2"], fetches: 1.4),
        LabRow(
            "reset after 400 kB, 12 times", [Fault(.reset, match: file, times: 12, after: 400_000)], exits: 0, .whole,
            arguments: fewTries, fetches: 2),
        LabRow(
            "reset before the first byte, 3 times", [Fault(.reset, match: file, times: 3, after: 0)], exits: 0, .whole,
            arguments: ["-x", "1"]),
        LabRow(
            "reset before the first byte, for ever", [Fault(.reset, match: file, after: 0)], exits: 75, .nothing,
            tells: ["retrying reset", "failed server"], arguments: fewTries),
        LabRow(
            "reset for ever once some is there",
            [Fault(.reset, match: file, times: 5, after: 600_000), Fault(.reset, match: file, skip: 5, after: 0)], exits: 75, .later,
            tells: ["retrying reset", "failed server"], arguments: fewTries),
        LabRow("closed without an answer, twice", [Fault(.noAnswer, match: "cdn/", times: 2)], exits: 0, .whole),
        LabRow("closed without an answer, by the API, twice", [Fault(.noAnswer, match: "civitai/api", times: 2)], exits: 0, .whole),
        LabRow(
            "closed without an answer, for ever", [Fault(.noAnswer, match: "cdn/")], exits: 75, .nothing,
            tells: ["retrying reset", "failed server"], arguments: fewTries),
    ]

    @Test("with a fault: each row has its outcome and exit code", arguments: rows, Engine.allCases)
    func row(row: LabRow, engine: Engine) async throws { try await row.run(engine) }

    /// Their half minute of silence is the product's own and is waited for.
    static let silent = [
        LabRow(
            "one is silent for half a minute", [Fault(.stall, match: file, times: 1, after: 300_000)], exits: 0, .whole,
            tells: ["retrying stalled"], arguments: ["-x", "1"], seconds: 20...50),
        LabRow(
            "all are silent from the first byte on", [Fault(.stall, match: file)], exits: 75, .nothing, tells: ["failed server"],
            arguments: ["-x", "2", "--retries", "0"], seconds: 20...90),
    ]

    @Test("that stop sending: each row has its outcome and exit code", arguments: silent, Engine.allCases)
    func silence(row: LabRow, engine: Engine) async throws { try await row.run(engine, isIdle: true) }

    @Test("are slow: one delivers a byte per second, and the others fetch its part", arguments: Engine.allCases)
    func oneCrawls(engine: Engine) async throws {
        let row = LabRow(
            "crawls", [Fault(.slow, match: Self.file, times: 1, skip: 2, bytesPerSecond: 1)], exits: 0, .whole, fetches: 1.5)
        try await row.run(engine, isIdle: true)
    }

    @Test("are slow: all give a byte a second: the transfer goes on, and what came is kept", arguments: Engine.allCases)
    func allCrawl(engine: Engine) async throws {
        try await withScenario(engine, isIdle: true) { scenario in
            let name = "practice-model.safetensors"
            await scenario.hub.addFault(Fault(.drop, match: Self.file, times: 3, after: 1_200_000))
            await scenario.hub.addFault(Fault(.slow, match: Self.file, skip: 3, bytesPerSecond: 1))
            let running = try await scenario.start("civitai:12345", "--json", "-x", "1", "--timeout", "3")
            try await scenario.waitUntilRecorded(1 << 20, of: name)
            // Longer than --timeout: slow is not silent.
            try await Task.sleep(for: .seconds(6))
            #expect(!running.hasEnded, "\(running.stdout)")
            running.send(SIGINT)
            let outcome = await running.end()
            outcome.expectFailure(130, kind: "interrupted")
            await scenario.hub.clearFaults()
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }
}
