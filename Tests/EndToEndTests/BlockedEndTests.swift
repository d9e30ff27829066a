import Foundation
import PracticeHub
import Testing

@Suite("A signal while something blocks")
struct BlockedEndTests {
    static let endings: [(signal: Int32, code: Int32)] = [(SIGINT, 130), (SIGTERM, 143)]

    /// A FIFO that is held open for reading and writing, so that opening it does not block.
    private func makeFIFO(_ path: String, full: Bool) throws -> Int32 {
        try #require(mkfifo(path, 0o600) == 0)
        let descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0)
        if full { while write(descriptor, [UInt8](repeating: 32, count: 4096), 4096) > 0 {} }
        return descriptor
    }

    /// Sends it and holds the end to 2 s.
    private func expectEnd(
        _ running: RunningProcess, _ signal: Int32, _ code: Int32, _ location: SourceLocation = #_sourceLocation
    ) async -> Outcome {
        let sent = ContinuousClock.now
        running.send(signal)
        let outcome = await running.end(timeout: 10, location)
        let took = (ContinuousClock.now - sent) / .seconds(1)
        #expect(took < 2, "took \(took) s", sourceLocation: location)
        #expect(outcome.code == code && !outcome.wasKilled, "\(outcome.story)", sourceLocation: location)
        return outcome
    }

    static let outputs: [(redirection: String, option: String)] = [(">", "--json"), ("2>", "-v"), ("2>&1 >", "-v")]

    @Test("which is output that is not read ends it within 2 s, and the partial is kept", arguments: outputs, Engine.allCases)
    func output(row: (redirection: String, option: String), engine: Engine) async throws {
        try await withScenario(engine, .paced(16, seconds: 4)) { scenario in
            let (signal, code) = Self.endings[engine == .aria2 ? 0 : 1]
            let descriptor = try makeFIFO(scenario.box.root + "/fifo", full: true)
            defer { close(descriptor) }
            let line = "exec '\(Fetchctl.binary)' add civitai:12345 \(row.option) \(row.redirection) '\(scenario.box.root)/fifo'"
            let running = try await RunningProcess(
                "/bin/sh", ["-c", line],
                environment: scenario.environment, cwd: scenario.box.work)
            try await scenario.waitUntilServed(4 << 20)
            _ = await expectEnd(running, signal, code)
            let name = "practice-model.safetensors"
            scenario.expectNoFile(name)
            #expect(scenario.box.exists(name + Sandbox.partialEnding))
            #expect(await eventually(within: .seconds(3)) { scenario.aria2c.isEmpty })
        }
    }

    @Test("which is output that is not read does not delay the transfer", arguments: Engine.allCases)
    func transfer(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let descriptor = try makeFIFO(scenario.box.root + "/fifo", full: true)
            defer { close(descriptor) }
            let running = try await RunningProcess(
                "/bin/sh", ["-c", "exec '\(Fetchctl.binary)' add civitai:12345 --json > '\(scenario.box.root)/fifo'"],
                environment: scenario.environment, cwd: scenario.box.work)
            #expect(await eventually { scenario.box.exists("practice-model.safetensors") })
            _ = await expectEnd(running, SIGTERM, 143)
        }
    }

    static let files: [(environment: String?, arguments: [String])] = [
        ("HF_TOKEN_PATH", ["hf:practice/one/model.safetensors"]), (nil, ["--header", "@FIFO", "PLAIN"]), (nil, ["-i", "FIFO"]),
    ]

    @Test("which is a file without a writer ends it within 2 s", arguments: files, endings)
    func file(row: (environment: String?, arguments: [String]), end: (signal: Int32, code: Int32)) async throws {
        try await withScenario(.builtin) { scenario in
            let fifo = scenario.box.root + "/fifo"
            try #require(mkfifo(fifo, 0o600) == 0)
            let plain = scenario.at.cdn + "/plain/practice.bin"
            let arguments = row.arguments.map { $0.replacing("FIFO", with: fifo).replacing("PLAIN", with: plain) }
            let running = try await Fetchctl.start(
                ["add", "--json"] + arguments, environment: scenario.environment.merging([row.environment ?? "UNUSED": fifo]) { $1 },
                cwd: scenario.box.work)
            // A writer can open it at once only where a reader has it open; nothing is ever written.
            var writer: Int32 = -1
            let isRead = await eventually {
                writer = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
                return writer >= 0
            }
            #expect(isRead)
            defer { close(writer) }
            let outcome = await expectEnd(running, end.signal, end.code)
            #expect(try outcome.events().last?["code"]?.int == Int64(end.code), "\(outcome.story)")
            #expect(try outcome.events().count { $0.name == "summary" } == 1)
        }
    }

    @Test("given twice ends the process at once", arguments: ["> FIFO", "2> FIFO"])
    func twice(redirection: String) async throws {
        try await withScenario(.builtin, .paced(16, seconds: 4)) { scenario in
            let fifo = scenario.box.root + "/fifo"
            let descriptor = try makeFIFO(fifo, full: true)
            defer { close(descriptor) }
            let running = try await RunningProcess(
                "/bin/sh", ["-c", "exec '\(Fetchctl.binary)' add civitai:12345 --json \(redirection.replacing("FIFO", with: fifo))"],
                environment: scenario.environment, cwd: scenario.box.work)
            try await scenario.waitUntilServed(4 << 20)
            let sent = ContinuousClock.now
            running.send(SIGINT)
            running.send(SIGINT)
            #expect(await running.end(timeout: 10).code == 130)
            #expect((ContinuousClock.now - sent) / .seconds(1) < 1)
        }
    }
}
