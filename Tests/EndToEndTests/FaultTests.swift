import Foundation
import PracticeHub
import Testing

@Suite("A source in trouble")
struct FaultTests {
    private let name = "practice-model.safetensors"

    /// With one fault on the content network the file still comes, whole; returns the run's events.
    @discardableResult
    private func survive(
        _ scenario: Scenario, _ faults: Fault..., arguments: [String] = [], _ location: SourceLocation = #_sourceLocation
    ) async throws -> [EventLine] {
        for fault in faults { await scenario.hub.addFault(fault) }
        let outcome = try await scenario.run(["add", "civitai:12345", "--json"] + arguments, location)
        outcome.expectSuccess(location)
        try scenario.expectFile(name, await scenario.hub.civitaiFile(12345), location)
        return try outcome.events(location)
    }

    @Test("that drops every connection after some bytes is outlasted: each new byte starts the count anew", arguments: Engine.allCases)
    func drops(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            // Far more drops than retries.
            let events = try await survive(
                scenario, Fault(.drop, match: "cdn/file/", times: 12, after: 400_000), arguments: ["--retries", "2", "-x", "2"])
            #expect(events.filter { $0.name == "retrying" }.allSatisfy { $0["of"]?.int == 2 })
        }
    }

    @Test(
        "that drops every connection before a megabyte is through is outlasted too: bytes are kept, not pieces", arguments: Engine.allCases)
    func dropsEarly(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.drop, match: "cdn/file/", after: 700_000))
            let outcome = try await scenario.add("civitai:12345", "--retries", "2", patience: 20)
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() < 18 << 20)
        }
    }

    @Test("that never gives a byte is 75 after so many tries, all said, and what is there is kept", arguments: Engine.allCases)
    func neverServes(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn/", status: 503))
            let outcome = try await scenario.add("civitai:12345", "--retries", "2", "--json")
            outcome.expectFailure(75, kind: "server")
            let tries = try outcome.events().filter { $0.name == "retrying" }
            #expect(tries.map { $0["attempt"]?.int } == [1, 2])
            #expect(tries.allSatisfy { $0["reason"]?.string == "server" && $0["of"]?.int == 2 })
            scenario.expectNoFile(name)
        }
    }

    @Test("whose API never answers is 75 too", arguments: ["civitai:12345", "practice/tiny"])
    func apiNeverServes(reference: String) async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "/api/", status: 502))
            try await scenario.add(reference, "--retries", "1", "--json").expectFailure(75, kind: "server")
        }
    }

    @Test("for a moment is outlasted", arguments: Engine.allCases, ["civitai/api/v1", "civitai/api/download", "cdn/"])
    func moment(engine: Engine, match: String) async throws {
        try await withScenario(engine) { scenario in
            let events = try await survive(scenario, Fault(.status, match: match, times: 2, status: 503))
            // Where several connections were made, one may get through.
            if match != "cdn/" { #expect(events.contains { $0.name == "retrying" && $0["reason"]?.string == "server" }) }
        }
    }

    @Test("whose storage fails with what looks like a final no is asked again", arguments: Engine.allCases)
    func flakyStorage(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            // 404, told from a real one by its Cache-Control alone; twice, then it works.
            try await scenario.add("civitai:12353").expectSuccess()
            try scenario.expectFile("practice-flaky.safetensors", await scenario.hub.civitaiFile(12353))
        }
    }

    @Test("that hangs up without an answer is outlasted", arguments: Engine.allCases, ["civitai/api", "cdn/"])
    func noAnswer(engine: Engine, match: String) async throws {
        try await withScenario(engine) { scenario in
            try await survive(scenario, Fault(.noAnswer, match: match, times: 2))
        }
    }

    @Test("that asks for patience gets it, and it is no try", arguments: Engine.allCases, ["civitai/api/v1", "cdn/"])
    func rateLimit(engine: Engine, match: String) async throws {
        try await withScenario(engine) { scenario in
            let start = ContinuousClock.now
            let events = try await survive(
                scenario, Fault(.status, match: match, times: 1, status: 429, headers: ["Retry-After": "1"]),
                arguments: ["--retries", "0", "-x", "1"])
            #expect((ContinuousClock.now - start) / .seconds(1) >= 1)
            let waiting = events.filter { $0.name == "waiting" }
            #expect(waiting.contains { $0["reason"]?.string == "rate_limited" && $0["seconds"]?.number == 1 })
        }
    }

    @Test(
        "that asks for more patience than there is gets 75 at once, naming the time", arguments: Engine.allCases,
        ["civitai/api/v1", "cdn/"])
    func longRateLimit(engine: Engine, match: String) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: match, status: 429, headers: ["Retry-After": "3000"]))
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectFailure(75, kind: "rate_limited")
            #expect(outcome.seconds < 10)
            let failed = try outcome.event("failed")
            #expect(
                (failed["why"]?.string ?? "").contains("3000") || (failed["message"]?.string ?? "").contains("3000")
                    || (failed["why"]?.string ?? "").contains("50 min"))
        }
    }

    @Test("that limits for ever without a time is 75", arguments: Engine.allCases)
    func limitForEver(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn/", status: 429))
            try await scenario.add("hf:practice/one/model.safetensors", "--retries", "1", "--json").expectFailure(75, kind: "rate_limited")
        }
    }

    @Test("that ignores ranges gives the whole file, once", arguments: Engine.allCases)
    func noRanges(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let events = try await survive(scenario, Fault(.ignoreRange, match: "cdn/"))
            // Whoever asked for one byte got the whole file offered; what counts is what was taken.
            let fetched = events.first { $0.name == "finished" }?["fetched_bytes"]?.int
            #expect(fetched ?? .max < 7 << 20)
        }
    }

    @Test("that answers other ranges than asked for is not believed", arguments: Engine.allCases)
    func wrongRanges(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await survive(scenario, Fault(.rangeOffByOne, match: "cdn/", times: 3))
        }
    }

    @Test("that says no length is read to its end", arguments: Engine.allCases, ["civitai:12345", "DIRECT"])
    func noLength(engine: Engine, reference: String) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.ignoreRange, match: "cdn/"))
            await scenario.hub.addFault(Fault(.noLength, match: "cdn/"))
            let reference = reference == "DIRECT" ? scenario.at.cdn + "/plain/practice.bin" : reference
            try await scenario.add(reference).expectSuccess()
            if reference.hasPrefix("http") {
                try scenario.expectFile("practice.bin", await scenario.hub.plainFile("practice.bin"))
            } else {
                try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            }
        }
    }

    @Test("that says a wrong length is not believed", arguments: Engine.allCases, [Fault.Kind.lengthTooShort, .lengthTooLong])
    func wrongLength(engine: Engine, kind: Fault.Kind) async throws {
        try await withScenario(engine) { scenario in
            try await survive(scenario, Fault(kind, match: "cdn/file/", times: 2, skip: 1, after: 1000))
        }
    }
}
