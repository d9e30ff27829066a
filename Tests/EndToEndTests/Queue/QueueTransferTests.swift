import Foundation
import PracticeHub
import Testing

@Suite("A job of the queue")
struct QueueTransferTests {
    @Test("is paused, limited and resumed while it runs, and ends as a line in the foreground would", arguments: Engine.allCases)
    func control(engine: Engine) async throws {
        try await withQueue(engine, .paced(12, seconds: 3)) { scenario in
            let number = try await scenario.enqueue("civitai:12345", "--detach", "-d", "models")
            try await scenario.waitUntilServed(1 << 20)
            try await scenario.queue("pause", number)
            // The facts are those of this moment, not of the run's beginning.
            let paused = try #require(try await scenario.jobs(number).first)
            #expect(paused["state"]?.string == "paused" && paused["size"]?.int == 12 << 20 && paused["bytes_per_second"]?.int == nil)
            #expect((paused["received_bytes"]?.int ?? 0) > 0 && (paused["seconds"]?.number ?? 0) > 0)
            #expect(paused["files"]?.items?.map { $0["state"]?.string } == ["waiting"])
            // Connections are closed: nothing more comes, as soon as the server has noticed.
            var served: Int64 = -1
            await eventually {
                let before = served
                served = await scenario.bytesServed()
                if served != before { try? await Task.sleep(for: .milliseconds(300)) }
                return served == before
            }
            try await Task.sleep(for: .milliseconds(500))
            #expect(await scenario.bytesServed() == served && served < 12 << 20)
            #expect(scenario.box.hasPartial("models/practice-model.safetensors"))
            let cleanup = try await scenario.run(["cleanup", "models", "--yes"])
            #expect(cleanup.stderr.contains("one belongs to a job of the queue"), "\(cleanup.stderr)")
            #expect(scenario.box.hasPartial("models/practice-model.safetensors"))
            try await scenario.queue("limit", number, "100M")
            try await scenario.queue("resume", number)
            let waited = try await scenario.queue("wait", number)
            #expect(waited.lines == [scenario.box.path("models/practice-model.safetensors")])
            let job = try #require(try await scenario.jobs(number).first)
            #expect(job["state"]?.string == "done" && job["code"]?.int == 0 && job["limit_rate"]?.int == 104_857_600)
            #expect(job["received_bytes"]?.int == 12 << 20 && job["size"]?.int == 12 << 20)
            #expect(try await scenario.queue("log", number).stdout.contains("practice-model.safetensors"))
            // What was there when it was paused has not been fetched again.
            #expect(await scenario.bytesServed() < 20 << 20)
        }
    }

    @Test("is cancelled with what it left, and retried")
    func cancel() async throws {
        try await withQueue(.builtin, .paced(12, seconds: 3)) { scenario in
            let number = try await scenario.enqueue("civitai:12345", "--detach", "-d", "models")
            try await scenario.waitUntilServed(1 << 20)
            try await scenario.queue("cancel", number, "--delete")
            // When the command returns they are gone.
            #expect(scenario.box.allFiles.isEmpty, "\(scenario.box.allFiles)")
            #expect(try await scenario.run(["wait", number]).code == 130)
            try await scenario.queue("retry", number)
            try await scenario.queue("wait", number)
            #expect(scenario.box.exists("models/practice-model.safetensors"))
        }
    }

    @Test("in the foreground says that nothing is kept when it is cancelled with --delete")
    func foreground() async throws {
        try await withQueue(.builtin, .paced(12, seconds: 12)) { scenario in
            let running = try await scenario.start("civitai:12345", "-d", "models")
            try await scenario.waitUntilServed(2 << 20)
            try await scenario.queue("cancel", "all", "--delete")
            #expect(scenario.box.allFiles.isEmpty, "\(scenario.box.allFiles)")
            let outcome = await running.end(timeout: 10)
            #expect(outcome.code == 130 && !outcome.stderr.contains("kept:"), "\(outcome.story)")
            #expect(outcome.stderr.contains("has been removed"), "\(outcome.story)")
        }
    }

    @Test("that fails says why, runs its hook, and gives wait its exit code")
    func fails() async throws {
        try await withQueue(.builtin, isIdle: true) { scenario in
            let number = try await scenario.enqueue(
                "civitai:99999999", "--detach", "--on-error", "sh -c 'echo $FETCHCTL_JOB $FETCHCTL_STATE $FETCHCTL_CODE > hook.txt'")
            let waited = try await scenario.run(["wait", number])
            #expect(waited.code == 66 && waited.stdout.isEmpty, "\(waited.story)")
            let job = try #require(try await scenario.jobs(number).first)
            #expect(job["state"]?.string == "failed" && job["error"]?["kind"]?.string == "not_found")
            #expect(await eventually { scenario.box.data("hook.txt") == Data("1 failed 66\n".utf8) })
        }
    }
}
