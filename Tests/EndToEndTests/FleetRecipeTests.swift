import Foundation
import PracticeHub
import Testing

/// The recipes of `docs/fleet.md`: each line of the page is run on two nodes, with the variables that its place sets.
@Suite("The recipes for fleets")
struct FleetRecipeTests {
    struct Recipe: Sendable, CustomTestStringConvertible {
        var name: String
        /// What of the page's lines it is.
        var mark: String
        /// What is set on both; `HOST` stands for the first two parts of their addresses, which end in `.1` and `.2`.
        var common: [String: String] = [:]
        /// What is set on each.
        var own: [[String: String]] = [[:], [:]]
        /// Names of the two pods in their domain; empty: the machines' own names do not matter.
        var pods: [String] = []
        var testDescription: String { name }
    }

    private static let page = "/docs/fleet.md"
    private static let text: String = {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return (try? String(contentsOfFile: top.path + page, encoding: .utf8)) ?? ""
    }()

    /// The words of the page's line after `fetchctl`, for a node of the test.
    private static func words(_ recipe: Recipe, folder: String, port: UInt16, address: String, first: String) throws -> [String] {
        let line = try #require(
            text.split(separator: "\n").first { $0.contains("fetchctl") && $0.contains(recipe.mark) }, "\(page) has no \(recipe.mark)")
        let separators = line.contains("[fetchctl,") ? " ,[]\"" : " \"&"
        var words = line.split { separators.contains($0) }.map(String.init)
        words = Array(words[try #require(words.firstIndex(of: "fetchctl"))...].dropFirst())
        func replace(_ option: String, _ value: String) {
            if let place = words.firstIndex(of: option) { words[place + 1] = value }
        }
        replace("-d", folder)
        replace("--fleet-size", "2")
        replace("--fleet-secret", "@secret")
        words = words.map { $0 == "org/name" ? "practice/one" : $0.replacing("tcp://box:7700", with: "tcp://\(first):\(port)") }
        // Both are on one machine: each listens on an address of its own.
        return words + ["--fleet-port", String(port), "--fleet-interface", address, "--json"]
    }

    @Test(
        "bring every byte to every node, once from the origin", .requiresAria2c,
        arguments: [
            Recipe(name: "two desks", mark: "-d models --fleet tcp://box:7700 --fleet-size 2"),
            Recipe(name: "ssh", mark: "ssh \"$host\" fetchctl add"),
            Recipe(
                name: "Slurm", mark: "--fleet slurm", common: ["SLURM_JOB_NODELIST": "HOST.[1-9]", "SLURM_STEP_NODELIST": "HOST.[1-2]"],
                own: [["SLURM_NODEID": "0"], ["SLURM_NODEID": "1"]]),
            Recipe(
                name: "torchrun", mark: "--fleet torchrun",
                common: ["MASTER_ADDR": "HOST.1", "MASTER_PORT": "29500", "WORLD_SIZE": "16", "LOCAL_WORLD_SIZE": "8"],
                own: [["GROUP_RANK": "0", "RANK": "0"], ["GROUP_RANK": "1", "RANK": "8"]]),
            Recipe(
                name: "Indexed Job", mark: "--fleet-size, \"4\"]", common: ["KUBERNETES_SERVICE_HOST": "10.96.0.1"],
                own: [["JOB_COMPLETION_INDEX": "0"], ["JOB_COMPLETION_INDEX": "1"]], pods: ["fetch-model-0", "fetch-model-1"]),
            Recipe(
                name: "init container of a StatefulSet", mark: "--fleet-linger, \"10\"]", common: ["KUBERNETES_SERVICE_HOST": "10.96.0.1"],
                pods: ["model-server-0", "model-server-1"]),
        ])
    func run(_ recipe: Recipe) async throws {
        // Only root gives a process a host name of its own.
        if !recipe.pods.isEmpty, geteuid() != 0, !CI.isHere { try Test.cancel("only root makes host names") }
        var configuration = HubConfiguration()
        configuration.modelSize = 24 << 20
        try await withScenario(.aria2, configuration) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            let host = "127.\(Int.random(in: 1...250)).\(Int.random(in: 1...250))"
            let addresses = ["\(host).1", "\(host).2"]
            let port = LoopbackServer.freePort()
            let domain = "fleet.default.svc.cluster.local"
            let names = zip(addresses, recipe.pods).map { "\($0) \($1).\(domain) \($1)\n" }
            try scenario.box.write((["127.0.0.1 localhost\n"] + names).joined(), to: "hosts")
            var nodes: [RunningProcess] = []
            for number in 0..<2 {
                var environment = scenario.environment
                environment["FETCHCTL_FLEET_SECRET"] = FleetTests.secret
                for (name, value) in recipe.common.merging(recipe.own[number], uniquingKeysWith: { $1 }) {
                    environment[name] = value.replacing("HOST", with: host)
                }
                let words = try Self.words(
                    recipe, folder: "node\(number)", port: port, address: addresses[number], first: addresses[0])
                if recipe.pods.isEmpty {
                    nodes.append(try await Fetchctl.start(words, environment: environment, cwd: scenario.box.work))
                } else {
                    let script = "mount --bind hosts /etc/hosts && hostname \(recipe.pods[number]) && exec \"$0\" \"$@\""
                    nodes.append(
                        try await RunningProcess(
                            "/usr/bin/unshare", ["--uts", "--mount", "sh", "-c", script, Fetchctl.binary] + words,
                            environment: environment, cwd: scenario.box.work))
                }
            }
            for (number, node) in nodes.enumerated() {
                let outcome = await node.end(timeout: 90)
                outcome.expectSuccess()
                #expect(try outcome.event("fleet_joined")["size"]?.int == 2)
                try scenario.expectFile(
                    "node\(number)/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
            }
            // On a quiet machine 1.00: a member that is silent for 3 s counts as gone.
            #expect(Double(await scenario.fileBytesServed()) <= 1.5 * Double(24 << 20))
        }
    }

    @Test("are objects that Kubernetes knows")
    func objects() async throws {
        let blocks = Self.text.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
        #expect(blocks.count == 2)
        try await Sandbox.with { box in
            for (number, block) in blocks.enumerated() { try box.write(block + "\n", to: "objects\(number).yaml") }
            let outcome = try await SchemaChecker.checkKubernetes(blocks.indices.map { "objects\($0 - blocks.startIndex).yaml" }, in: box)
            #expect(outcome.code == 0, "\(outcome.stdout)\(outcome.stderr)")
            #expect(outcome.stdout.contains("passed") || outcome.stderr.contains("passed"))
        }
    }
}
