import Foundation
import PracticeHub
import Testing

/// Several nodes of a fleet on this machine, each a process of its own with a folder of its own.
@Suite("A fleet")
struct FleetTests {
    static let secret = "the secret of a fleet of tests\n"

    /// The options of one node.
    static func options(_ port: UInt16, size: Int) -> [String] {
        ["--fleet", "tcp://127.0.0.1:\(port)", "--fleet-size", String(size), "--fleet-secret", "@secret", "--json"]
    }

    func fleet(_ port: UInt16, size: Int, _ more: String...) -> [String] { Self.options(port, size: size) + more }

    func node(_ scenario: Scenario, _ folder: String, _ references: [String], _ options: [String]) async throws -> RunningProcess {
        try await Fetchctl.start(
            ["add"] + references + ["-d", folder] + options, environment: scenario.environment, cwd: scenario.box.work)
    }

    func withFleet(
        _ mebibytes: Int64, seconds: Double? = nil, isIdle: Bool = false, _ body: (Scenario, UInt16) async throws -> Void
    ) async throws {
        var configuration = HubConfiguration()
        configuration.modelSize = mebibytes << 20
        if let seconds { configuration = .paced(mebibytes, seconds: seconds) }
        try await withScenario(.aria2, configuration, isIdle: isIdle) { scenario in
            try scenario.box.write(Self.secret, to: "secret")
            try await body(scenario, LoopbackServer.freePort())
        }
    }

    @Test("delivers every file to every node, and the origin serves one copy", .requiresAria2c, arguments: [2, 4])
    func oneCopy(members: Int) async throws {
        try await withFleet(48) { scenario, port in
            let folders = (0..<members).map { "node\($0)" }
            var nodes: [RunningProcess] = []
            for folder in folders {
                nodes.append(try await node(scenario, folder, ["practice/one", "practice/tiny"], fleet(port, size: members)))
            }
            var ranks: Set<Int64> = []
            for (folder, node) in zip(folders, nodes) {
                let outcome = await node.end(timeout: 90)
                outcome.expectSuccess()
                let joined = try outcome.event("fleet_joined")
                #expect(joined["size"]?.int == Int64(members) && joined["coordinator"]?.string == "127.0.0.1:\(port)")
                joined["rank"]?.int.map { _ = ranks.insert($0) }
                let done = try outcome.event("fleet_done")
                // A busy machine may leave a member silent for 3 s: what it had in hand is dealt out again then.
                let isTakenForGone = try outcome.events().contains { $0.name == "fleet_gone" }
                #expect((done["origin_copies"]?.number ?? 9) <= (isTakenForGone ? 2.5 : 1.4), "\(outcome.story)")
                let (one, tiny) = (await scenario.hub.hubFile("practice/one", "model.safetensors"), "\(folder)/tiny/model.safetensors")
                try scenario.expectFile("\(folder)/one/model.safetensors", one)
                try scenario.expectFile(tiny, await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
                #expect(scenario.box.exists("\(folder)/tiny/sub/dir/file.txt"))
            }
            #expect(ranks == Set(0..<Int64(members)))
            let total = Double((48 << 20) + (8 << 20))
            // On a quiet machine 1.00: a member that is silent for 3 s counts as gone, and what it had in hand is fetched again.
            #expect(Double(await scenario.fileBytesServed()) <= 1.4 * total)
            #expect(scenario.aria2c.isEmpty)
        }
    }

    @Test("continues when any node is killed", .requiresAria2c, arguments: [0, 2])
    func killed(victim: Int) async throws {
        try await withFleet(48, seconds: 4) { scenario, port in
            var nodes: [RunningProcess] = []
            for index in 0..<3 {
                let node = try await node(scenario, "node\(index)", ["practice/one"], fleet(port, size: 3, "--fleet-linger", "1"))
                try await node.expectEvent("fleet_joined")
                nodes.append(node)
            }
            try await scenario.waitUntilServed(12 << 20)
            nodes[victim].send(SIGKILL)
            _ = await nodes[victim].end()
            for index in 0..<3 where index != victim {
                let outcome = await nodes[index].end(timeout: 60)
                outcome.expectSuccess()
                try scenario.expectFile(
                    "node\(index)/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
                if victim == 0 {
                    // On a busy machine the lowest rank may be slow to answer: then the next one does it.
                    #expect(try outcome.event("fleet_coordinator")["rank"]?.int != 0)
                } else {
                    // It is gone after 3 s of silence, where the others have not ended before.
                    let gone = try outcome.events().filter { $0.name == "fleet_gone" }
                    #expect(gone.allSatisfy { $0["rank"]?.int == 2 })
                }
            }
        }
    }

    @Test("finds a segment that arrived damaged, and fetches less than the file again", .requiresAria2c)
    func damaged() async throws {
        try await withFleet(96) { scenario, port in
            // The fault is in the first of twelve segments.
            await scenario.hub.addFault(Fault(.wrongBytes, match: "", times: 1, offset: 1 << 20))
            var nodes: [RunningProcess] = []
            for index in 0..<3 { nodes.append(try await node(scenario, "node\(index)", ["practice/one"], fleet(port, size: 3))) }
            for (index, node) in nodes.enumerated() {
                let outcome = await node.end(timeout: 90)
                outcome.expectSuccess()
                let file = await scenario.hub.hubFile("practice/one", "model.safetensors")
                try scenario.expectFile("node\(index)/model.safetensors", file)
            }
            #expect(Double(await scenario.fileBytesServed()) <= 1.9 * Double(96 << 20))
        }
    }

    @Test("warns that it is not needed where its nodes share a folder", .requiresAria2c)
    func oneFolder() async throws {
        try await withFleet(24, seconds: 4) { scenario, port in
            let nodes = [
                try await node(scenario, "shared", ["practice/one"], fleet(port, size: 2, "--fleet-rank", "0")),
                try await node(scenario, "shared", ["practice/one"], fleet(port, size: 2, "--fleet-rank", "1")),
            ]
            var said = 0
            for node in nodes {
                let outcome = await node.end(timeout: 90)
                outcome.expectSuccess()
                said += try outcome.events().count { $0["message"]?.string?.contains("not needed on a shared file system") == true }
            }
            #expect(said == 1 || said == 2)
            try scenario.expectFile("shared/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
            #expect(scenario.box.allFiles.allSatisfy { !$0.hasSuffix(".fetchctl-new") })
        }
    }

    @Test("refuses a node with another secret or other files", .requiresAria2c)
    func strangers() async throws {
        try await withFleet(8) { scenario, port in
            try scenario.box.write("another secret of sixteen bytes", to: "other")
            let first = try await node(scenario, "first", ["practice/one"], fleet(port, size: 2, "--fleet-linger", "4"))
            try await first.expectEvent("fleet_joined")
            let stranger = try await node(scenario, "stranger", ["practice/one"], fleet(port, size: 2, "--fleet-secret", "@other"))
            let different = try await node(scenario, "different", ["practice/tiny"], fleet(port, size: 2))
            let (secret, manifest) = (await stranger.end(), await different.end())
            secret.expectFailure(77, kind: "token_rejected")
            manifest.expectFailure(78, kind: "config")
            await first.end().expectSuccess()
            for folder in ["stranger", "different"] { #expect(scenario.box.allFiles.filter { $0.hasPrefix(folder + "/") }.isEmpty) }
        }
    }

    /// One node of a fleet of two, without the other.
    struct Lone: Sendable, CustomTestStringConvertible {
        var rank: Int
        var options: [String]
        /// Its file is there from before.
        var isThere = false
        var code: Int32
        var testDescription: String { "rank \(rank) \(options) \(isThere)" }
    }

    @Test(
        "of one node that finds nobody goes on alone, or fails where that is wanted", .requiresAria2c,
        arguments: [
            Lone(rank: 1, options: ["--fleet-linger", "12"], code: 0),
            Lone(rank: 1, options: ["--fleet-linger", "12", "--fleet-required"], code: 69),
            // Its file comes long before the time is over in which others may join.
            Lone(rank: 0, options: ["--fleet-linger", "0", "--fleet-required"], code: 69),
            Lone(rank: 0, options: ["--fleet-linger", "0", "--fleet-required"], isThere: true, code: 69),
            Lone(rank: 0, options: ["--fleet-linger", "0"], code: 0),
        ])
    func alone(_ it: Lone) async throws {
        try await withFleet(8, isIdle: true) { scenario, port in
            if it.isThere { try await scenario.add("practice/one", "-d", "alone").expectSuccess() }
            let options = fleet(port, size: 2, "--fleet-rank", String(it.rank)) + it.options
            let outcome = await (try await node(scenario, "alone", ["practice/one"], options)).end()
            let warnings = try outcome.events().count { $0.name == "warning" && $0["kind"]?.string == "fleet" }
            if it.code == 0 {
                outcome.expectSuccess()
                // Who leaves at once does not wait to find out that it is alone.
                #expect(warnings == (it.rank == 0 ? 0 : 1), "\(outcome.story)")
                #expect(try outcome.events().allSatisfy { $0.name != "failover" }, "\(outcome.story)")
                // All of it came from the origin, which the last event states.
                if it.rank == 0 { #expect(try outcome.event("fleet_done")["origin_copies"]?.number == 1) }
            } else {
                outcome.expectFailure(it.code, kind: "unreachable")
                #expect(try outcome.event("summary")["code"]?.int == Int64(it.code))
                #expect(try outcome.events().count { $0.name == "failed" } == 1, "\(outcome.story)")
            }
            // What rank 0 could fetch without the others is there, whole.
            guard it.code == 0 || it.rank == 0 else { return }
            try scenario.expectFile("alone/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
        }
    }
}
