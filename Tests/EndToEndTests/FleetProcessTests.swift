import PracticeHub
import Testing

/// Several processes of one node.
extension FleetTests {
    @Test("has one process of each node as its member; others of that node wait for it", .requiresAria2c, arguments: ["plain", "hf-cache"])
    func severalProcesses(layout: String) async throws {
        try await withFleet(24) { scenario, port in
            var nodes: [RunningProcess] = []
            for rank in [0, 0, 1] {
                let options = fleet(port, size: 2, "--fleet-rank", String(rank), "--layout", layout)
                nodes.append(try await node(scenario, "node\(rank)", ["practice/one"], options))
            }
            var members = 0
            for node in nodes {
                let outcome = await node.end(timeout: 90)
                outcome.expectSuccess()
                let events = try outcome.events()
                let isMember = events.contains { $0.name == "fleet_joined" }
                if isMember { members += 1 }
                #expect(isMember || events.contains { $0.name == "waiting" && $0["reason"]?.string == "locked" }, "\(outcome.story)")
            }
            #expect(members == 2)
            for folder in ["node0", "node1"] {
                let path = scenario.box.allFiles.first { $0.contains("\(folder)/") && $0.hasSuffix("/model.safetensors") }
                try scenario.expectFile(try #require(path), await scenario.hub.hubFile("practice/one", "model.safetensors"))
            }
        }
    }
}
