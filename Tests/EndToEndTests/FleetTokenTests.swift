import Foundation
import PracticeHub
import Testing

@Suite("A fleet in which some nodes have no token")
struct FleetTokenTests {
    private static let token = ["HF_TOKEN": "practice-hf-token"]

    /// Three nodes with a folder each.
    /// - Parameter holders: the nodes that have a token.
    private func run(
        _ access: String, layout: String = "plain", holders: Set<Int>, more: [String] = [],
        _ check: (Scenario, Int, Outcome) async throws -> Void
    ) async throws {
        try await withScenario(.aria2) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            for (name, size) in [("model.bin", 24 << 20), ("config/a.json", 3000), ("b.json", 20)] as [(String, Int64)] {
                _ = await scenario.hub.addFile(NewFile(.hub, name: name, size: size, repository: "practice/shy", access: access))
            }
            let options = FleetTests.options(LoopbackServer.freePort(), size: 3) + ["--layout", layout] + more
            var nodes: [RunningProcess] = []
            for index in 0..<3 {
                let environment = scenario.environment.merging(holders.contains(index) ? Self.token : [:]) { $1 }
                nodes.append(
                    try await Fetchctl.start(
                        ["add", "practice/shy", "hf:practice/shy/b.json", "-d", "node\(index)", "--fleet-rank", String(index)] + options,
                        environment: environment, cwd: scenario.box.work))
            }
            for (index, node) in nodes.enumerated() { try await check(scenario, index, await node.end(timeout: 90)) }
        }
    }

    @Test(
        "delivers every file to the others, which ask the source for no byte", .requiresAria2c,
        arguments: [
            ("gated", "plain", [1]), ("private", "plain", [0]), ("private", "plain", [2]), ("private", "hf-cache", [1, 2]),
        ] as [(String, String, Set<Int>)])
    func delivered(access: String, layout: String, holders: Set<Int>) async throws {
        try await run(access, layout: layout, holders: holders) { scenario, index, outcome in
            outcome.expectSuccess()
            for name in ["model.bin", "config/a.json", "b.json"] {
                let file = await scenario.hub.hubFile("practice/shy", name)
                let place = layout == "plain" ? "" : "models--practice--shy/snapshots/" + scenario.commit(in: "node\(index)") + "/"
                try scenario.expectFile("node\(index)/\(place)\(name)", file)
            }
            guard index == 2 else { return }
            // On a quiet machine 1.00 copies: a member that is silent for 3 s counts as gone.
            #expect(Double(await scenario.fileBytesServed()) <= 1.4 * Double(24 << 20))
            let gifts = await scenario.requests("hub").filter { request in
                request.path.contains("/resolve/") && request.status < 400
                    && !request.headers.contains { $0[0].lowercased() == "authorization" }
            }
            #expect(gifts.isEmpty)
        }
    }

    @Test(
        "places a file by its path where its header is refused", .requiresAria2c, arguments: [("comfyui", "private"), ("a1111", "gated")])
    func placed(layout: String, access: String) async throws {
        try await withScenario(.aria2) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            let file = NewFile(.hub, name: "shy-lora.safetensors", size: 24 << 20, repository: "practice/shy", access: access)
            let (_, content) = await scenario.hub.addFile(file)
            let options = FleetTests.options(LoopbackServer.freePort(), size: 2) + ["--layout", layout]
            var nodes: [RunningProcess] = []
            for index in 0..<2 {
                nodes.append(
                    try await Fetchctl.start(
                        ["add", "practice/shy", "-d", "node\(index)", "--fleet-rank", String(index)] + options,
                        environment: scenario.environment.merging(index == 1 ? Self.token : [:]) { $1 }, cwd: scenario.box.work))
            }
            for (index, node) in nodes.enumerated() {
                await node.end(timeout: 90).expectSuccess()
                let place = scenario.box.allFiles.first { $0.contains("node\(index)/") && $0.hasSuffix("/shy-lora.safetensors") }
                let path = try #require(place, "\(scenario.box.allFiles)")
                #expect(path.lowercased().contains("lora/") || path.contains("loras/"), "\(path)")
                try scenario.expectFile(path, content)
            }
        }
    }

    @Test("delivers a CivitAI file that asks for a login", .requiresAria2c) func civitai() async throws {
        try await withScenario(.aria2) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            let file = NewFile(.civitai, name: "shy.safetensors", size: 24 << 20, access: "login", version: 777_001)
            let (_, content) = await scenario.hub.addFile(file)
            let options = FleetTests.options(LoopbackServer.freePort(), size: 2)
            var nodes: [RunningProcess] = []
            for index in 0..<2 {
                let token = index == 1 ? ["CIVITAI_API_TOKEN": "practice-civitai-token"] : [:]
                nodes.append(
                    try await Fetchctl.start(
                        ["add", "civitai:777001", "-d", "node\(index)", "--fleet-rank", String(index)] + options,
                        environment: scenario.environment.merging(token) { $1 }, cwd: scenario.box.work))
            }
            for (index, node) in nodes.enumerated() {
                await node.end(timeout: 90).expectSuccess()
                try scenario.expectFile("node\(index)/shy.safetensors", content)
            }
        }
    }

    @Test("lets nodes help each other that may each read another repository", .requiresAria2c) func mutual() async throws {
        // To each node the other one's repository does not exist, or is private: the answer is the same.
        try await withScenario(.aria2) { first in
            try await withScenario(.aria2) { second in
                let options = FleetTests.options(LoopbackServer.freePort(), size: 2)
                var contents: [PracticeFile] = []
                var nodes: [RunningProcess] = []
                for (index, scenario) in [first, second].enumerated() {
                    try scenario.box.write(FleetTests.secret, to: "secret")
                    let file = NewFile(.hub, name: "model.bin", size: 8 << 20, seed: UInt64(index + 1), repository: "practice/own\(index)")
                    contents.append(await scenario.hub.addFile(file).content)
                    nodes.append(
                        try await Fetchctl.start(
                            ["add", "practice/own0", "practice/own1", "-d", "models", "--fleet-rank", String(index)] + options,
                            environment: scenario.environment, cwd: scenario.box.work))
                }
                for node in nodes { await node.end(timeout: 90).expectSuccess() }
                for scenario in [first, second] {
                    for index in 0..<2 { try scenario.expectFile("models/own\(index)/model.bin", contents[index]) }
                }
            }
        }
    }

    @Test("ends as without a fleet where no node has one", .requiresAria2c, arguments: [("gated", 77), ("private", 66)])
    func nobody(access: String, code: Int32) async throws {
        try await run(access, holders: []) { scenario, index, outcome in
            outcome.expectFailure(code)
            #expect(!scenario.box.exists("node\(index)/model.bin"))
        }
    }
}

extension Scenario {
    /// The commit of the only snapshot of `practice/shy` in a cache.
    fileprivate func commit(in cache: String) -> String {
        let folder = box.path("\(cache)/models--practice--shy/snapshots")
        return (try? FileManager.default.contentsOfDirectory(atPath: folder))?.first ?? "none"
    }
}
