import Foundation
import PracticeHub
import TestSupport
import Testing

/// The worker as its files and signals show it: jobs are put into the folder as records.
@Suite("The worker")
struct WorkerTests {
    let name = "practice-model.safetensors"

    @Test("runs each job once with its umask, writes the history, runs the hooks, and ends", arguments: Engine.allCases)
    func runs(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try scenario.submit(1, ["civitai:12345", "-d", "models"], umask: 0o077, hook: ("on_complete", ["sh", "-c", "env; exit 3"]))
            try scenario.submit(2, ["civitai:999999999"])
            try scenario.submit(3, ["civitai:12345", "-o", "second.safetensors", "--engine", engine.rawValue])
            let token = "civitai-secret-of-the-worker"
            let worker = try await scenario.run(["daemon", "--once"], environment: ["CIVITAI_API_TOKEN": token])
            #expect(worker.code == 0, "\(worker.story)")
            let content = await scenario.hub.civitaiFile(12345)
            try scenario.expectFile("models/" + name, content)
            try scenario.expectFile("second.safetensors", content)
            #expect(try scenario.box.mode("models/" + name) == 0o600 && scenario.box.mode("models") == 0o700)
            #expect(try scenario.box.mode("second.safetensors") == 0o644)
            let history = try scenario.history()
            #expect(history.compactMap { $0["job"]?.int }.sorted() == [1, 2, 3] && scenario.liveJobs().isEmpty)
            let states = Dictionary(uniqueKeysWithValues: history.map { ($0["job"]!.int!, $0) })
            #expect(states[1]?["state"]?.string == "done" && states[3]?["state"]?.string == "done")
            #expect(states[2]?["state"]?.string == "failed" && states[2]?["code"]?.int == 66)
            #expect(states[1]?["progress"]?["fetched"]?.int == content?.size)
            #expect(states[1]?["paths"] == .array([.string(scenario.box.path("models/" + name))]))
            let log = scenario.log(1)
            #expect(log.contains("done: ") && log.contains("FETCHCTL_STATE=done") && log.contains("ended with code 3"))
            #expect(!scenario.allState.contains(token))
        }
    }

    @Test("is one for a queue: a second one says who works, a stop leaves the jobs, the next carries on", arguments: Engine.allCases)
    func one(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 4), isIdle: true) { scenario in
            try scenario.submit(1, ["civitai:12345", "-x", "2"])
            let worker = try await scenario.daemon()
            try await scenario.waitUntilRecorded(1 << 20, of: name)
            let second = try await scenario.run(["daemon"])
            second.expectFailure(75)
            #expect(second.stderr.contains("process \(worker.pid)"))
            // One that starts by itself goes quietly.
            #expect(try await scenario.run(["daemon", "--background"]).code == 0)
            worker.send(SIGTERM)
            let ended = await worker.end(timeout: 10)
            #expect(ended.code == 143 && ended.seconds < 60, "\(ended.story)")
            #expect(scenario.liveJobs()[1]?["state"]?.string == "queued")
            let kept = scenario.box.recordedBytes(name)
            await scenario.forgetRequests()
            #expect(try await scenario.run(["daemon", "--once"]).code == 0)
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() <= (8 << 20) - kept + (1 << 20))
        }
    }

    @Test("takes over from a worker that started by itself")
    func takesOver() async throws {
        try await withScenario(.builtin, .paced(8, seconds: 3), isIdle: true) { scenario in
            try scenario.submit(1, ["civitai:12345", "-x", "2"])
            let background = try await scenario.daemon("--background")
            try await scenario.waitUntilRecorded(1 << 20, of: name)
            let worker = try await scenario.run(["daemon", "--once"])
            #expect(worker.code == 0, "\(worker.story)")
            #expect(await background.end(timeout: 5).code == 0)
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(try scenario.history().count == 1)
        }
    }

    @Test("applies requests to running jobs", arguments: Engine.allCases)
    func wishes(engine: Engine) async throws {
        try await withScenario(engine, .paced(12, seconds: 12), isIdle: true) { scenario in
            for number in 1...3 { try scenario.submit(number, ["civitai:12345", "-o", "\(number).safetensors", "-x", "2"]) }
            let worker = try await scenario.daemon("--once", environment: ["FETCHCTL_JOBS": "2"])
            #expect(await eventually { scenario.box.recordedBytes("1.safetensors") > 0 && scenario.box.recordedBytes("2.safetensors") > 0 })
            #expect(scenario.state(3) == "queued")
            try scenario.want(1, "state", "paused")
            // Its permit is the next one's.
            #expect(await eventually(within: .seconds(5)) { scenario.state(1) == "paused" && scenario.state(3) == "running" })
            try scenario.want(2, "state", "cancelled delete")
            #expect(await eventually(within: .seconds(5)) { scenario.state(2) == nil })
            #expect(!scenario.box.hasPartial("2.safetensors") && scenario.box.hasPartial("1.safetensors"))
            let kept = scenario.box.recordedBytes("1.safetensors")
            try scenario.want(3, "rate", "60000")
            try scenario.want(1, "state", "queued")
            #expect(await eventually { scenario.state(1) == "running" && scenario.box.recordedBytes("1.safetensors") > kept })
            #expect(await eventually { (scenario.progress(3)?["rate"]?.int ?? .max) < 200_000 })
            try scenario.want(3, "state", "cancelled")
            try scenario.want(1, "state", "cancelled")
            #expect(await worker.end().code == 0)
            let history = try scenario.history()
            #expect(history.allSatisfy { $0["state"]?.string == "cancelled" && $0["code"]?.int == 130 } && history.count == 3)
            #expect(scenario.box.hasPartial("1.safetensors") && scenario.box.hasPartial("3.safetensors"))
        }
    }

    @Test("pauses a job whose token was not kept, and names the command that resumes it")
    func lostToken() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.submit(1, ["civitai:12345"], secrets: ["GITHUB_TOKEN"])
            #expect(try await scenario.run(["daemon", "--once"]).code == 0)
            let job = try #require(scenario.liveJobs()[1])
            #expect(job["state"]?.string == "paused" && job["error"]?["kind"]?.string == "needs_login")
            #expect(job["error"]?["hint"]?.string?.contains("resume 1") ?? false)
            // A person's worker has it in its own environment.
            try scenario.want(1, "state", "queued")
            #expect(try await scenario.run(["daemon", "--once"], environment: ["GITHUB_TOKEN": "secret-word"]).code == 0)
            #expect(try scenario.history().first?["state"]?.string == "done" && !scenario.allState.contains("secret-word"))
        }
    }

    @Test("loses no job, runs none twice and reports none as done that is not, whichever process is killed", .requiresAria2c)
    func kills() async throws {
        let seed = ProcessInfo.processInfo.environment["FETCHCTL_LAB_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...(1 << 32))
        print("kills of the worker: FETCHCTL_LAB_SEED=\(seed)")
        try await withScenario(.aria2, .paced(24, seconds: 4), isIdle: true) { scenario in
            var dice = SeededGenerator(seed: seed)
            let jobs = 6
            for number in 1...jobs {
                let engine = number % 2 == 0 ? "aria2" : "builtin"
                let link = "\(scenario.at.cdn)/plain/practice.bin"
                try scenario.submit(number, [link, "-o", "\(number).bin", "--engine", engine, "-x", "2"])
            }
            var worker = try await scenario.daemon("--background")
            for _ in 0..<30 {
                try await Task.sleep(for: .seconds(.random(in: 0...0.25, using: &dice)))
                let what = Int.random(in: 0..<3, using: &dice)
                if what != 0 { for pid in scenario.aria2c { kill(pid, SIGKILL) } }
                if what != 1 { worker.send(SIGKILL) }
                guard what != 1 || worker.hasEnded else { continue }
                _ = await worker.end()
                if !scenario.liveJobs().isEmpty { worker = try await scenario.daemon("--background") }
            }
            _ = await worker.end()
            while !scenario.liveJobs().isEmpty {
                let outcome = try await scenario.run(["daemon", "--background"])
                #expect(outcome.code == 0, "\(outcome.story)")
            }
            let history = try scenario.history()
            #expect(history.compactMap { $0["job"]?.int }.sorted() == (1...Int64(jobs)).map { $0 })
            #expect(history.allSatisfy { $0["state"]?.string == "done" }, "\(history)")
            let whole = await scenario.hub.plainFile("practice.bin")
            for number in 1...jobs { try scenario.expectFile("\(number).bin", whole) }
        }
    }
}
