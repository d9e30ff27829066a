import Foundation
import PracticeHub
import Testing

@Suite("A signal")
struct SignalTests {
    static let endings: [(signal: Int32, code: Int32)] = [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)]

    /// Sends it, and holds the end to 2 s and to its form.
    private func end(
        _ running: RunningProcess, _ signal: Int32, _ code: Int32, _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let sent = ContinuousClock.now
        running.send(signal)
        let outcome = await running.end(timeout: 10, location)
        let took = (ContinuousClock.now - sent) / .seconds(1)
        // It takes milliseconds; a busy machine may give the process none for a while.
        #expect(took < 4, "took \(took) s", sourceLocation: location)
        #expect(outcome.code == code && !outcome.wasKilled, "\(outcome.story)", sourceLocation: location)
        let events = try outcome.events(location)
        #expect(events.last?.name == "summary", sourceLocation: location)
        #expect(events.last?["code"]?.int == Int64(code), sourceLocation: location)
        for failed in events where failed.name == "failed" {
            #expect(failed["kind"]?.string == "interrupted", "\(failed)", sourceLocation: location)
        }
        return outcome
    }

    @Test("while a source is asked ends it within 2 s", arguments: endings, Engine.allCases)
    func resolving(row: (signal: Int32, code: Int32), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.stall, match: "civitai/api"))
            let running = try await scenario.start("civitai:12345", "--json")
            #expect(await eventually { await !scenario.requests("civitai").isEmpty })
            let outcome = try await end(running, row.signal, row.code)
            #expect(try outcome.event("failed")["code"]?.int == Int64(row.code))
            #expect(scenario.box.allFiles.isEmpty)
        }
    }

    @Test("before anything has begun ends it at once, with a summary all the same")
    func early() async throws {
        try await withScenario(.builtin) { scenario in
            // However late the signal comes, there is something to end.
            await scenario.hub.addFault(Fault(.stall, match: "civitai/api"))
            for delay in 0..<24 {
                let running = try await scenario.start("civitai:12345", "--json")
                try await Task.sleep(for: .milliseconds(delay * 2))
                running.send(SIGTERM)
                let outcome = await running.end(timeout: 10)
                // In its very first moments it does not listen yet.
                guard !outcome.wasKilled else { continue }
                #expect(outcome.code == 143, "\(outcome.story)")
                #expect(try outcome.events().last?.name == "summary", "after \(delay * 2) ms: \(outcome.story)")
                #expect(try outcome.events().last?["code"]?.int == 143)
            }
        }
    }

    @Test("while it waits for another try ends it within 2 s", arguments: Engine.allCases)
    func waiting(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn/", status: 429, headers: ["Retry-After": "200"]))
            let running = try await scenario.start("civitai:12345", "--json")
            try await running.expectEvent("waiting") { $0["reason"]?.string == "rate_limited" && $0["seconds"]?.number == 200 }
            _ = try await end(running, SIGTERM, 143)
        }
    }

    @Test("during a transfer ends it within 2 s, keeps the partial, and the same command resumes", arguments: endings, Engine.allCases)
    func transferring(row: (signal: Int32, code: Int32), engine: Engine) async throws {
        try await withScenario(engine, .paced(16, seconds: 3)) { scenario in
            let name = "practice-model.safetensors"
            let running = try await scenario.start("civitai:12345", "--json")
            try await scenario.waitUntilServed(8 << 20)
            let outcome = try await end(running, row.signal, row.code)
            scenario.expectNoFile(name)
            #expect(scenario.box.exists(name + Sandbox.partialEnding))
            let kept = try #require(try outcome.event("failed")["kept_bytes"]?.int)
            #expect(kept > 0)
            #expect(kept >= scenario.box.recordedBytes(name))
            #expect(await eventually(within: .seconds(3)) { scenario.aria2c.isEmpty })

            await scenario.forgetRequests()
            let second = try await scenario.add("civitai:12345", "--json")
            second.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(try second.event("started")["resumed_bytes"]?.int ?? 0 >= kept)
            let served = await scenario.bytesServed()
            #expect(served <= (16 << 20) - kept / 2, "\(kept) were kept, and still \(served) were served")
            // Beginnings of pieces are kept in blocks of 16 KiB; at the very end what a straggler still has is asked for twice.
            let fetched = try #require(try second.event("finished")["fetched_bytes"]?.int)
            #expect(fetched <= (16 << 20) - kept + (4 << 20), "\(kept) were kept, and \(fetched) fetched: \(second.story)")
        }
    }

    @Test("while a stalled server sends nothing ends it within 2 s", arguments: Engine.allCases)
    func stalled(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.stall, match: "cdn/", skip: 1, after: 200_000))
            let running = try await scenario.start("civitai:12345", "--json")
            try await scenario.waitUntilServed(200_000)
            _ = try await end(running, SIGINT, 130)
        }
    }

    @Test("while a file is verified ends it within 2 s", arguments: endings)
    func verifying(row: (signal: Int32, code: Int32)) async throws {
        try await withScenario(.builtin) { scenario in
            // Nothing but a hole: it takes no room, and reading it takes many seconds.
            let size: Int64 = 64 << 30
            let (url, _) = await scenario.hub.addFile(NewFile(.plain, name: "huge.bin", size: size))
            try scenario.box.write("", to: "huge.bin")
            #expect(truncate(scenario.box.path("huge.bin"), Int(size)) == 0)
            let running = try await scenario.start(url, "--sha256", String(repeating: "0", count: 64), "--json")
            try await running.expectEvent("verifying")
            _ = try await end(running, row.signal, row.code)
            #expect(try scenario.box.status("huge.bin").st_size == size)
        }
    }

    @Test("while another process is waited for ends it within 2 s", arguments: Engine.allCases)
    func locked(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 60)) { scenario in
            let first = try await scenario.start("civitai:12345")
            try await scenario.waitUntilServed(1 << 20)
            let second = try await scenario.start("civitai:12345", "--json")
            try await second.expectEvent("waiting") { $0["reason"]?.string == "locked" }
            _ = try await end(second, SIGINT, 130)
            #expect(!first.hasEnded)
            first.send(SIGTERM)
            #expect(await first.end().code == 143)
        }
    }

    @Test("given twice ends the process at once", arguments: Engine.allCases)
    func twice(engine: Engine) async throws {
        try await withScenario(engine, .paced(16, seconds: 3)) { scenario in
            let running = try await scenario.start("civitai:12345")
            try await scenario.waitUntilServed(4 << 20)
            let sent = ContinuousClock.now
            running.send(SIGINT)
            running.send(SIGINT)
            let outcome = await running.end(timeout: 10)
            #expect((ContinuousClock.now - sent) / .seconds(1) < 1)
            #expect(outcome.code == 130)
            #expect(await eventually(within: .seconds(3)) { scenario.aria2c.isEmpty })
            try await scenario.add("civitai:12345").expectSuccess()
        }
    }

    @Test("SIGHUP does not end it under nohup", arguments: Engine.allCases)
    func nohup(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2)) { scenario in
            let running = try await RunningProcess(
                "/bin/sh", ["-c", "trap '' HUP; exec \"$@\"", "sh", Fetchctl.binary, "add", "civitai:12345"],
                environment: scenario.environment,
                cwd: scenario.box.work, stdin: nil)
            try await scenario.waitUntilServed(2 << 20)
            running.send(SIGHUP)
            await running.end().expectSuccess()
        }
    }

    @Test("SIGTSTP halts aria2c too, and SIGCONT lets both go on", .requiresAria2c)
    func halt() async throws {
        try await withScenario(.aria2, .paced(8, seconds: 3)) { scenario in
            let running = try await scenario.start("civitai:12345")
            try await scenario.waitUntilServed(2 << 20)
            let daemon = try #require(scenario.aria2c.first)
            running.send(SIGTSTP)
            #expect(await eventually(within: .seconds(3)) { ProcessTable.isStopped(running.pid) && ProcessTable.isStopped(daemon) })
            running.send(SIGCONT)
            await running.end().expectSuccess()
            try scenario.expectFile("practice-model.safetensors", await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("the end of the process named by --stop-with-process is as SIGTERM", arguments: Engine.allCases)
    func stopWithProcess(engine: Engine) async throws {
        try await withScenario(engine, .paced(16, seconds: 4)) { scenario in
            let other = try await RunningProcess(
                "/bin/sleep", ["60"], environment: scenario.environment, cwd: scenario.box.work, stdin: nil)
            let running = try await scenario.start("civitai:12345", "--json", "--stop-with-process", String(other.pid))
            try await scenario.waitUntilServed(2 << 20)
            let gone = ContinuousClock.now
            other.send(SIGKILL)
            let outcome = await running.end()
            #expect((ContinuousClock.now - gone) / .seconds(1) < 3)
            #expect(outcome.code == 143)
        }
    }
}
