import Foundation
import PracticeHub
import Testing

/// Runs a test with a queue, and takes its jobs and its worker away afterwards.
func withQueue(
    _ engine: Engine = .builtin, _ configuration: HubConfiguration = .small, isIdle: Bool = false, _ body: (Scenario) async throws -> Void
) async throws {
    try await withScenario(engine, configuration, isIdle: isIdle) { scenario in
        do { try await body(scenario) } catch {
            await scenario.endQueue()
            throw error
        }
        await scenario.endQueue()
    }
}

extension Scenario {
    /// The folder of the queue.
    var queueFolder: String { box.home + "/.local/state/fetchctl/queue" }

    /// Ends the worker as the system would; aria2c ends with it.
    func endQueue() async {
        guard let bytes = FileManager.default.contents(atPath: queueFolder + "/worker.json"),
            let pid = (try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)))?["pid"]?.int,
            ProcessTable.ofHome(box.home).contains(Int32(pid))
        else { return }
        kill(Int32(pid), SIGTERM)
        await eventually(within: .seconds(10)) { ProcessTable.ofHome(box.home).isEmpty }
    }

    /// `fetchctl add … --detach`, or another word that means it.
    /// - Returns: the job's number, as it is printed.
    func enqueue(
        _ arguments: String..., environment extra: [String: String] = [:], _ location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let outcome = try await run(["add"] + arguments, environment: extra, location)
        outcome.expectSuccess(location)
        let number = try #require(outcome.lines.first, "\(outcome.story)", sourceLocation: location)
        #expect(outcome.stdout == number + "\n" && Int64(number) != nil, "\(outcome.story)", sourceLocation: location)
        return number
    }

    /// What `status --json` says, job by job.
    func jobs(_ words: String..., command: String = "status", _ location: SourceLocation = #_sourceLocation) async throws -> [JSONValue] {
        let outcome = try await run([command, "--json"] + words, location)
        outcome.expectSuccess(location)
        guard case .array(let jobs)? = try JSONValue(parsing: outcome.stdout)["jobs"] else {
            Issue.record("no jobs: \(outcome.story)", sourceLocation: location)
            return []
        }
        return jobs
    }

    /// The states of the jobs that `status` shows, in its order: `3 paused`.
    func states(_ location: SourceLocation = #_sourceLocation) async throws -> [String] {
        try await jobs(command: "status", location).map { "\($0["job"]?.int ?? 0) \($0["state"]?.string ?? "?")" }
    }

    /// A queue command that is to succeed.
    @discardableResult
    func queue(_ words: String..., at location: SourceLocation = #_sourceLocation) async throws -> Outcome {
        let outcome = try await run(words, location)
        outcome.expectSuccess(location)
        return outcome
    }

    /// Everything that is written in the state folder.
    var stateText: String {
        let root = box.home + "/.local/state"
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return names.compactMap { FileManager.default.contents(atPath: "\(root)/\($0)") }.map { String(decoding: $0, as: UTF8.self) }
            .joined()
    }
}
