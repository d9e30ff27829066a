import Foundation
import PracticeHub
import Testing

@Suite("An engine")
struct EngineTests {
    private let name = "practice-model.safetensors"

    @Test("makes no more connections to one file than -x says", arguments: Engine.allCases, [1, 3])
    func ceiling(engine: Engine, connections: Int) async throws {
        var configuration = HubConfiguration.paced(12, seconds: 1.5)
        // One more is refused, and that can be seen.
        configuration.simultaneousTransfers = connections
        try await withScenario(engine, configuration) { scenario in
            try await scenario.add("civitai:12345", "-x\(connections)").expectSuccess()
            // A connection that was cut short counts at the server until it notices, so that its successor may be refused.
            #expect(await scenario.requests("cdn").count { $0.status == 503 } < connections)
        }
    }

    @Test("uses fewer connections where the host refuses some", arguments: Engine.allCases)
    func pushBack(engine: Engine) async throws {
        var configuration = HubConfiguration.paced(12, seconds: 1.5)
        configuration.simultaneousTransfers = 2
        try await withScenario(engine, configuration) { scenario in
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(await scenario.bytesServed() < 18 << 20)
        }
    }

    @Test("uses several connections where one is slow", arguments: Engine.allCases)
    func several(engine: Engine) async throws {
        var configuration = HubConfiguration()
        configuration.modelSize = 16 << 20
        // One connection alone would take 16 s.
        configuration.bytesPerSecondPerConnection = 1 << 20
        try await withScenario(engine, configuration) { scenario in
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            #expect(outcome.seconds < 9, "\(outcome.seconds) s")
            #expect(Set(await scenario.requests("cdn").filter { $0.bodyBytesSent > 1 }.map(\.connection)).count >= 3)
        }
    }

    @Test("is the builtin one above 16 connections, said once", .requiresAria2c)
    func manyConnections() async throws {
        try await withScenario(.aria2) { scenario in
            let outcome = try await scenario.add("civitai:12345", "civitai:12344", "-x", "20", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().filter { $0.name == "finished" }.allSatisfy { $0["engine"]?.string == "builtin" })
            #expect(try outcome.events().count { $0.name == "warning" && $0["kind"]?.string == "engine" } == 1)
        }
    }

    @Test("is named in one line", .requiresAria2c)
    func named() async throws {
        try await withScenario(.aria2) { scenario in
            let outcome = try await scenario.add("civitai:12354", environment: ["FETCHCTL_ENGINE": "auto"])
            outcome.expectSuccess()
            #expect(outcome.stderr.split(separator: "\n").count { $0.contains("aria2c") } == 1)
        }
    }

    @Test(
        "that does not start gives way to the other, with --engine auto", arguments: ["exit 1", "exec sleep 30", "echo nonsense"])
    func broken(script: String) async throws {
        try await withScenario(.builtin) { scenario in
            let fake = try scenario.box.write("#!/bin/sh\n\(script)\n", to: "aria2c")
            chmod(fake, 0o755)
            let outcome = try await scenario.add(
                "civitai:12345", "--json", environment: ["FETCHCTL_ARIA2C": fake, "FETCHCTL_ENGINE": "auto"])
            outcome.expectSuccess()
            #expect(outcome.seconds < 20)
            #expect(try outcome.event("finished")["engine"]?.string == "builtin")
        }
    }

    @Test("works where the parent process ignores SIGCHLD", arguments: Engine.allCases)
    func ignoredChildren(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let running = try await RunningProcess(
                "/bin/sh", ["-c", "trap '' CHLD; exec \"$0\" \"$@\"", Fetchctl.binary, "add", "civitai:12345", "--json"],
                environment: scenario.environment, cwd: scenario.box.work)
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(try outcome.event("finished")["engine"]?.string == engine.rawValue)
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("that hangs is replaced by the builtin one, which resumes", .requiresAria2c)
    func hung() async throws {
        try await withScenario(.aria2, .paced(24, seconds: 5), isIdle: true) { scenario in
            let running = try await scenario.start("civitai:12345", "--json", "-x", "2")
            try await scenario.waitUntilRecorded(4 << 20, of: name)
            let hung = try #require(scenario.aria2c.first)
            kill(hung, SIGSTOP)
            try await running.expectEvent("failover", within: .seconds(25)) { $0["to"]?.string == "builtin" }
            #expect(!ProcessTable.isAlive(hung))
            let outcome = await running.end()
            outcome.expectSuccess()
            #expect(try outcome.event("finished")["engine"]?.string == "builtin")
            // 10 s until it is given up, and the transfer itself; one question alone was given 30 s before.
            #expect(outcome.seconds < 25, "\(outcome.seconds) s")
            // The file of 24 MiB once, and what the buffers of the stopped aria2c's two connections took: never all of it twice.
            #expect(await scenario.bytesServed() < 44 << 20)
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("takes a user's tuning of aria2, and only tuning", .requiresAria2c)
    func tuning() async throws {
        try await withScenario(.aria2) { scenario in
            let hook = scenario.box.path("hooked")
            let file = try scenario.box.write(
                """
                disk-cache=4M
                on-download-complete=/usr/bin/touch
                rpc-listen-all=true
                rpc-secret=known
                dir=/
                header=X-Evil: 1
                save-session=\(hook)
                """, to: "aria2.conf")
            let outcome = try await scenario.add("civitai:12345", environment: ["FETCHCTL_ARIA2_CONF": file])
            outcome.expectSuccess()
            for key in ["on-download-complete", "rpc-listen-all", "rpc-secret", "dir", "header", "save-session"] {
                #expect(outcome.stderr.contains(key), "no warning of \(key)")
            }
            #expect(!scenario.box.exists("hooked"))
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("X-Evil") == nil })
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("leaves home and temporary directory as they were", arguments: Engine.allCases)
    func tidy(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add("civitai:12345", "practice/tiny").expectSuccess()
            let outside = scenario.box.everything.filter {
                !$0.hasPrefix(scenario.box.work + "/") && !$0.contains("/.local/state/fetchctl/")
            }
            #expect(outside.isEmpty)
        }
    }

    @Test("gives up when --timeout has passed without a byte, however many tries are left", arguments: Engine.allCases)
    func timeout(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.status, match: "cdn/"))
            let outcome = try await scenario.add("civitai:12345", "--timeout", "2", "--retries", "100000", "--json")
            outcome.expectFailure(75)
            #expect(outcome.seconds > 1 && outcome.seconds < 8, "\(outcome.seconds) s")
        }
    }
}
