import Foundation
import PracticeHub
import Testing

@Suite("The queue under failures")
struct QueueTroubleTests {
    private let name = "practice-model.safetensors"

    @Test("on a full disk refuses new jobs with 74, keeps those it has, and writes an end down when there is room again")
    func full() async throws {
        try await withScenario(.builtin, .paced(6, seconds: 2), isIdle: true) { scenario in
            try await scenario.withDisk(1) { resize in
                let state = ["FETCHCTL_STATE_DIR": scenario.box.path("disk/state")]
                func run(_ words: String...) async throws -> Outcome { try await scenario.run(words, environment: state) }
                try await run("add", "civitai:12345", "--at", "+1h", "-q").expectSuccess()
                try await run("add", "civitai:12345", "--detach", "-d", "models").expectSuccess()
                try await scenario.waitUntilServed(1)
                fill(scenario.box.path("disk/filler"))
                try await run("add", "civitai:12345", "--detach", "--json").expectFailure(74, kind: "disk_full")
                try await run("pause", "1").expectFailure(74)
                let listed = try await run("status", "--json")
                #expect(listed.code == 0 && listed.stdout.contains("\"job\":1,") && listed.stdout.contains("\"job\":2,"), "\(listed.story)")
                // A download in the foreground needs no queue: one warning.
                let foreground = try await run("add", "civitai:12345", "-d", "here")
                foreground.expectSuccess()
                #expect(foreground.stderr.components(separatedBy: "warning: ").count == 2, "\(foreground.story)")
                #expect(await eventually { scenario.box.exists("models/" + name) })
                #expect(!FileManager.default.fileExists(atPath: scenario.box.path("disk/state/queue/live/3.json")))
                unlink(scenario.box.path("disk/filler"))
                let waited = try await run("wait", "2")
                waited.expectSuccess()
                #expect(waited.lines == [scenario.box.path("models/" + name)])
                let history = try JSONValue(parsing: try await run("history", "--json").stdout)["jobs"]
                guard case .array(let ended)? = history else { throw CancellationError() }
                #expect(ended.filter { $0["job"]?.int == 2 && $0["state"]?.string == "done" }.count == 1)
                try await run("cancel", "all").expectSuccess()
                #expect(await eventually { ProcessTable.ofHome(scenario.box.home).isEmpty })
            }
        }
    }

    /// Takes all room that there is.
    private func fill(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        for size in [65536, 4096, 512, 1] {
            let bytes = [UInt8](repeating: 0x78, count: size)
            while write(descriptor, bytes, size) > 0 {}
        }
    }

    @Test("has one worker, however many start at once, and each job runs once")
    func manyWorkers() async throws {
        try await withQueue(.builtin, isIdle: true) { scenario in
            for number in 1...4 { try scenario.submit(number, ["\(scenario.at.cdn)/plain/practice.bin", "-o", "\(number).bin"]) }
            try await withThrowingTaskGroup(of: Outcome.self) { group in
                for _ in 0..<5 { group.addTask { try await scenario.run(["daemon", "--background"]) } }
                for _ in 0..<5 { group.addTask { try await scenario.run(["status"]) } }
                for try await outcome in group { #expect(outcome.code == 0, "\(outcome.story)") }
            }
            try await scenario.queue("wait", "1", "2", "3", "4")
            let history = try scenario.history()
            #expect(history.compactMap { $0["job"]?.int }.sorted() == [1, 2, 3, 4])
            #expect(history.allSatisfy { $0["state"]?.string == "done" })
            for number in 1...4 { #expect(scenario.log(number).components(separatedBy: "done: ").count == 2, "\(scenario.log(number))") }
        }
    }

    /// Where partials stand that are not beside their target.
    static let places: [(words: [String], isSequential: Bool)] = [
        (["hf:practice/one", "--layout", "hf-cache"], false), (["hf:practice/one", "--layout", "hf-local", "-d", "local"], false),
        (["civitai:12345", "-d", "bucket", "--staging", "stage"], true),
    ]

    @Test("takes everything unfinished away with cancel --delete, wherever a layout puts it", arguments: places, [true, false])
    func deletes(row: (words: [String], isSequential: Bool), isPaused: Bool) async throws {
        try await withQueue(.builtin, .paced(12, seconds: 6), isIdle: true) { scenario in
            let worker = row.isSequential ? try await scenario.daemon(environment: try StagingTests.disk(scenario)) : nil
            try await scenario.run(["add", "--detach"] + row.words).expectSuccess()
            func partials() -> [String] { scenario.box.everything.filter { $0.contains(Sandbox.partialEnding) } }
            #expect(await eventually { partials().contains { $0.hasSuffix(".json") } })
            if isPaused { try await scenario.queue("pause", "1") }
            try await scenario.queue("cancel", "1", "--delete")
            #expect(partials().isEmpty, "\(partials())")
            worker?.send(SIGTERM)
            _ = await worker?.end()
        }
    }

    @Test("shows a job of every state as the schema says")
    func schemas() async throws {
        try await withQueue(.aria2, .paced(24, seconds: 24), isIdle: true) { scenario in
            _ = try await scenario.enqueue("civitai:12345", "--detach", "-d", "one")
            _ = try await scenario.enqueue("civitai:12345", "--detach", "-d", "two")
            _ = try await scenario.enqueue("civitai:99999999", "--detach")
            _ = try await scenario.enqueue("civitai:12345", "--between", QueueCommandTests.closed)
            _ = try await scenario.enqueue("\(scenario.at.cdn)/plain/empty.bin", "--detach")
            #expect(await eventually { (scenario.progress(1)?["received"]?.int ?? 0) > 0 })
            try await scenario.queue("pause", "2")
            let foreground = try await scenario.start("civitai:12345", "-d", "three")
            #expect(await eventually { scenario.progress(6) != nil })
            var files: [String] = []
            func keep(_ words: String...) async throws -> [JSONValue] {
                let text = try await scenario.run(words + ["--json"]).stdout
                files.append(try scenario.box.write(text, to: "schema-\(files.count).json"))
                guard case .array(let jobs)? = try JSONValue(parsing: text)["jobs"] else { return [] }
                return jobs
            }
            #expect(await eventually { scenario.state(3) == nil && scenario.state(5) == nil })
            let jobs = try await keep("status")
            let states = jobs.compactMap { $0["state"]?.string }
            #expect(states.sorted() == ["done", "failed", "paused", "running", "running", "scheduled"], "\(jobs)")
            let one = try #require(try await keep("status", "1").first)
            guard case .array(let parts)? = one["files"] else { throw CancellationError() }
            #expect(parts.first?["connections"]?.int ?? 0 > 0 && parts.first?["engine"]?.string == "aria2", "\(one)")
            try await scenario.queue("cancel", "1", "2", "4", "6")
            #expect(await foreground.end(timeout: 10).code == 130)
            #expect(await eventually { scenario.liveJobs().isEmpty })
            let ended = try await keep("history")
            #expect(Set(ended.compactMap { $0["state"]?.string }) == ["done", "failed", "cancelled"])
            let checked = try await SchemaChecker.check(files, as: "json", by: "queue.schema.json", in: scenario.box)
            #expect(checked.code == 0, "\(checked.story)")
        }
    }
}
