import Foundation
import Testing

@Suite("Options of a fleet")
struct FleetUsageTests {
    @Test(
        "asked for wrongly are refused before anything moves",
        arguments: [
            ["--fleet", "tcp://127.0.0.1:1"], ["--fleet", "auto"], ["--fleet", "slurm"], ["--fleet-size", "2"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "plain-text-secret"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "@/dev/null"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "@secret", "--detach"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "@secret", "--fleet-interface", "0.0.0.0"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "@secret", "--fleet-interface", "255.255.255.255"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "@secret", "--fleet-interface", "224.0.0.1"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "@secret", "--fleet-interface", "::"],
            ["--fleet", "tcp://127.0.0.1:1", "--fleet-size", "2", "--fleet-secret", "@secret", "--fleet-interface", "ff02::1"],
        ])
    func usage(options: [String]) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            let outcome = try await scenario.run(["add", "practice/one"] + options)
            outcome.expectFailure(64)
            #expect(!outcome.stderr.contains("plain-text-secret"))
            #expect(await scenario.requests("hub").isEmpty)
        }
    }
}
