import Foundation
import PracticeHub
import Testing

@Suite("The queue's schedules by wall-clock time")
struct QueueClockTests {
    private let name = "large.bin"

    /// In Berlin, where the clock is changed on 2026-10-25 and 2027-03-28 at 01:00 UTC.
    private func withClock(
        _ engine: Engine = .builtin, at time: String, _ configuration: HubConfiguration = .small,
        _ body: (Scenario, FakeClock) async throws -> Void
    ) async throws {
        try await withQueue(engine, configuration, isIdle: true) { scenario in
            try await body(scenario, try FakeClock(scenario.box, zone: "Europe/Berlin", at: time))
        }
    }

    private func job(_ scenario: Scenario, _ clock: FakeClock) async throws -> JSONValue {
        let outcome = try await scenario.run(["status", "1", "--json"], environment: clock.environment)
        guard case .array(let jobs)? = try JSONValue(parsing: outcome.stdout)["jobs"], let job = jobs.first else {
            throw CancellationError()
        }
        return job
    }

    private func link(_ scenario: Scenario) -> String { "\(scenario.at.cdn)/plain/\(name)" }

    @Test("starts a job at the next minute that exists when its time is skipped, and not before")
    func skipped() async throws {
        try await withClock(at: "2027-03-28T00:50:00Z") { scenario, clock in
            _ = try await scenario.enqueue(link(scenario), "--at", "02:30", environment: clock.environment)
            let job = try await job(scenario, clock)
            #expect(job["not_before"]?.string == "2027-03-28T01:00:00.000Z" && job["state"]?.string == "scheduled")
            try clock.set("2027-03-28T00:59:50Z")
            try await Task.sleep(for: .milliseconds(600))
            #expect(!scenario.box.exists(name) && scenario.liveJobs()[1]?["state"]?.string == "queued")
            try clock.set("2027-03-28T01:00:01Z")
            #expect(await eventually { scenario.box.exists(name) && scenario.liveJobs().isEmpty })
        }
    }

    @Test("runs a job in its window only, in both hours where the clock shows one twice")
    func window() async throws {
        try await withClock(at: "2026-10-25T00:10:00Z", .paced(12, seconds: 40)) { scenario, clock in
            _ = try await scenario.enqueue(link(scenario), "--between", "02:15-02:45", environment: clock.environment)
            #expect(try await job(scenario, clock)["state"]?.string == "scheduled")
            try clock.set("2026-10-25T00:16:00Z")
            // So much that some of it has arrived: a partial without a byte is not kept.
            try await scenario.waitUntilServed(512 << 10)
            try clock.set("2026-10-25T00:46:00Z")
            #expect(await eventually { scenario.state(1) == "queued" })
            #expect(try await job(scenario, clock)["state"]?.string == "scheduled")
            #expect(scenario.box.hasPartial(name) && !scenario.box.exists(name))
            try clock.set("2026-10-25T01:16:00Z")
            #expect(await eventually { scenario.state(1) == "running" })
            try await scenario.run(["cancel", "1"], environment: clock.environment).expectSuccess()
        }
    }

    @Test(
        "limits the rate by the timetable, in the foreground and in the worker, until its part of the day is over",
        arguments: Engine.allCases, [true, false])
    func timetable(engine: Engine, isDetached: Bool) async throws {
        try await withClock(engine, at: "2026-10-25T00:30:00Z") { scenario, clock in
            let path = try scenario.box.write("[[limit]]\nbetween = \"02:00-03:00\"\nrate = \"1K\"\n", to: "config.toml")
            let environment = clock.environment.merging(["FETCHCTL_CONFIG": path]) { $1 }
            let foreground: RunningProcess?
            if isDetached {
                _ = try await scenario.enqueue(link(scenario), "--detach", environment: environment)
                foreground = nil
            } else {
                foreground = try await scenario.start(link(scenario), environment: environment)
            }
            #expect(await eventually { scenario.state(1) == "running" })
            try await scenario.waitUntilServed(1)
            // Half past two for the second time.
            try clock.set("2026-10-25T01:30:00Z")
            try await Task.sleep(for: .seconds(1))
            #expect(!scenario.box.exists(name))
            try clock.set("2026-10-25T02:00:01Z")
            #expect(await eventually { scenario.box.exists(name) && scenario.liveJobs().isEmpty })
            if let foreground { await foreground.end().expectSuccess() }
        }
    }
}
