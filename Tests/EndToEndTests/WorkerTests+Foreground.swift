import Foundation
import PracticeHub
import Testing

/// A foreground add is a job of the queue while it runs.
extension WorkerTests {
    @Test("needs a folder to write to; a foreground add does not")
    func noFolder() async throws {
        try await withScenario(.builtin) { scenario in
            let nowhere = ["FETCHCTL_STATE_DIR": "/proc/none"]
            try await scenario.run(["daemon", "--once"], environment: nowhere).expectFailure(78)
            let outcome = try await scenario.add("civitai:12345", environment: nowhere)
            outcome.expectSuccess()
            #expect(outcome.stderr.components(separatedBy: "warning: ").count == 2, "\(outcome.story)")
        }
    }

    @Test("A foreground add is a job while it runs: seen, paused, resumed", arguments: Engine.allCases)
    func foreground(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 4), isIdle: true) { scenario in
            let running = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(1 << 20, of: name)
            #expect(scenario.liveJobs()[1]?["foreground"] == .bool(true) && scenario.state(1) == "running")
            try scenario.want(1, "state", "paused")
            #expect(await eventually(within: .seconds(5)) { scenario.state(1) == "paused" && running.stderr.contains("resume 1") })
            #expect(!running.hasEnded)
            try scenario.want(1, "state", "queued")
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path(name)])
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            let history = try scenario.history()
            #expect(history.count == 1 && history[0]["state"]?.string == "done" && scenario.liveJobs().isEmpty)
            // What came between aria2c's last answer and its stop is kept, and not counted.
            #expect(history[0]["progress"]?["fetched"]?.int ?? 0 >= 7 << 20)
            // Nothing to fetch, nothing to remember.
            try await scenario.add("civitai:12345").expectSuccess()
            #expect(try scenario.history().count == 1 && scenario.liveJobs().isEmpty)
        }
    }

    @Test(
        "A foreground add runs its hooks when it has ended", arguments: [("civitai:12345", "done", 0), ("civitai:99999999", "failed", 66)])
    func foregroundHooks(reference: String, state: String, code: Int) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let word = code == 0 ? "--on-complete" : "--on-error"
            let command = "sh -c 'echo $FETCHCTL_STATE $FETCHCTL_CODE $HF_TOKEN > hook.txt'"
            let outcome = try await scenario.run(["add", reference, word, command], environment: ["HF_TOKEN": "practice-hf-token"])
            #expect(Int(outcome.code) == code, "\(outcome.story)")
            #expect(scenario.box.data("hook.txt").map { String(decoding: $0, as: UTF8.self) } == "\(state) \(code)\n")
            try await scenario.run(["add", reference, word, "'open"]).expectFailure(64)
        }
    }

    @Test("cancelled from elsewhere it ends with 130", arguments: Engine.allCases)
    func foregroundCancelled(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 4), isIdle: true) { scenario in
            let running = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(1 << 20, of: name)
            try scenario.want(1, "state", "cancelled")
            let outcome = await running.end(timeout: 5)
            outcome.expectFailure(130)
            #expect(outcome.stdout.isEmpty && scenario.box.hasPartial(name) && scenario.liveJobs().isEmpty)
            #expect(try scenario.history().first?["state"]?.string == "cancelled")
        }
    }
}
