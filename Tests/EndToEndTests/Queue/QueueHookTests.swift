import Foundation
import PracticeHub
import Testing

@Suite("The hook of a job")
struct QueueHookTests {
    @Test("is started once, whatever ends the worker while it runs, and goes on by itself", arguments: [SIGKILL, SIGTERM])
    func once(signal: Int32) async throws {
        try await withQueue(.builtin, isIdle: true) { scenario in
            let script = "echo started >> hook.txt; until [ -e go ]; do sleep 0.1; done; echo ended >> hook.txt"
            try scenario.submit(1, ["civitai:12344"], hook: ("on_complete", ["sh", "-c", script]))
            let worker = try await scenario.daemon()
            func lines() -> [String] {
                scenario.box.data("hook.txt").map { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } ?? []
            }
            #expect(await eventually { lines() == ["started"] })
            worker.send(signal)
            _ = await worker.end(timeout: 10)
            #expect(try await scenario.run(["daemon", "--once"]).code == 0)
            #expect(lines() == ["started"], "\(lines())")
            #expect(try scenario.history().map { $0["job"]?.int } == [1] && scenario.liveJobs().isEmpty)
            try scenario.box.write("", to: "go")
            #expect(await eventually { lines() == ["started", "ended"] }, "\(lines())")
        }
    }

    @Test("runs again when the job was retried and has ended again")
    func retried() async throws {
        try await withQueue(.builtin, isIdle: true) { scenario in
            let number = try await scenario.enqueue("civitai:99999999", "--detach", "--on-error", "sh -c 'echo x >> hook.txt'")
            for count in 1...2 {
                #expect(try await scenario.run(["wait", number]).code == 66)
                #expect(await eventually { scenario.box.data("hook.txt")?.count == 2 * count })
                if count == 1 { try await scenario.queue("retry", number) }
            }
        }
    }
}
