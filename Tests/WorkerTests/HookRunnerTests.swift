import Queue
import TestSupport
import Testing

@testable import Worker

@Suite("Hooks") struct HookRunnerTests {
    private func job(_ folder: String) throws -> JobRecord {
        let line = JobLine(
            arguments: [], folder: folder, umask: 0o027,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/home/x", "https_proxy": "http://p:1", "FETCHCTL_JOBS": "2"])
        var job = JobRecord(
            number: try #require(JobNumber(7)), line: line, references: ["a", "b"], directory: folder, created: .now)
        job.paths = ["/m/a", "/m/b"]
        job.end(.failed, code: 66, at: .now)
        return job
    }

    @Test("run with the job's facts in a clean environment, with its folder and umask, without a shell; their output is in the log")
    func facts() async throws {
        let scratch = try Scratch()
        let job = try job(scratch.path)
        let complaint = await HookRunner().run(["sh", "-c", "env | sort; pwd; umask; echo $0", "$HOME"], for: job, log: scratch("log"))
        #expect(complaint == nil)
        let lines = try #require(scratch.text("log")).split(separator: "\n").map(String.init)
        #expect(lines.contains("FETCHCTL_JOB=7") && lines.contains("FETCHCTL_STATE=failed") && lines.contains("FETCHCTL_CODE=66"))
        #expect(lines.contains("FETCHCTL_REFS=a") && lines.contains("FETCHCTL_PATHS=/m/a") && lines.contains("/m/b"))
        #expect(lines.contains("HOME=/home/x") && lines.contains("0027") && lines.contains("$HOME"))
        #expect(!lines.contains { $0.hasPrefix("https_proxy") || $0.hasPrefix("FETCHCTL_JOBS") })
        #expect(lines.contains { $0.hasSuffix(scratch.path) })
    }

    static let bad: [(words: [String], say: String)] = [
        (["sh", "-c", "exit 3"], "code 3"), (["sh", "-c", "kill -9 $$"], "signal 9"), (["no-such-program-at-all"], "not found"),
        (["./missing"], "cannot be run"),
    ]

    @Test("that fail are reported in one sentence", arguments: bad)
    func fails(row: (words: [String], say: String)) async throws {
        let scratch = try Scratch()
        let complaint = await HookRunner().run(row.words, for: try job(scratch.path), log: scratch("log"))
        #expect(complaint?.contains(row.say) ?? false, "\(complaint ?? "nothing")")
    }

    @Test("that hang are ended with all that they started")
    func hangs() async throws {
        let scratch = try Scratch()
        var runner = HookRunner()
        runner.limit = 0.3
        let words = ["sh", "-c", "sleep 100 & echo $!; wait"]
        let complaint = await runner.run(words, for: try job(scratch.path), log: scratch("log"))
        #expect(complaint?.contains("ended after") ?? false)
        let pid = try #require(scratch.text("log").flatMap { Int32($0.split(separator: "\n")[0]) })
        #expect(ProcessCheck.isGone(pid))
    }
}
