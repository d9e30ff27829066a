import Foundation
import PracticeHub
import Testing

/// What one program began and the other finishes: huggingface_hub's `*.incomplete`, and our partials.
@Suite("Leftovers of a download from the Hub")
struct HubLeftoverTests {
    private static let layouts = ["hf-cache", "hf-local"]

    private static func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// The folder of partials, and what huggingface_hub's begin with there.
    private static func place(_ layout: String, _ content: PracticeFile, _ scenario: Scenario) throws -> (folder: String, beginning: String)
    {
        let isCache = layout == "hf-cache"
        let folder =
            isCache ? scenario.hubCache + "/models--practice--one/blobs" : scenario.box.path("d/.cache/huggingface/download")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // base64(sha1("model.safetensors.metadata")), as it computes it.
        return (folder, (isCache ? "" : "xGOKKLRSlIhH692hSVvI1-gpoa8=.") + content.sha256)
    }

    private static func arguments(_ layout: String) -> [String] {
        ["add", "practice/one", "--layout", layout, "--json"] + (layout == "hf-cache" ? [] : ["-d", "d"])
    }

    @Test("begun by huggingface_hub: resumed, hashed, and gone afterwards", arguments: Engine.allCases, layouts)
    func begun(engine: Engine, layout: String) async throws {
        try await withScenario(engine) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            let (folder, beginning) = try Self.place(layout, content, scenario)
            try content.data.prefix(4_500_000).write(to: URL(fileURLWithPath: "\(folder)/\(beginning).incomplete"))
            try content.data.prefix(1_000).write(to: URL(fileURLWithPath: "\(folder)/\(beginning).0a1b2c3d.incomplete"))
            let outcome = try await scenario.run(Self.arguments(layout))
            outcome.expectSuccess()
            #expect(try outcome.event("finished")["verified"]?.string == "sha256")
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 4 << 20)
            #expect(!Self.names(folder).contains { $0.contains(".incomplete") || $0.contains("fetchctl-part") })
        }
    }

    @Test("of other bytes: found out by the hash, and fetched from the start", arguments: layouts)
    func wrong(layout: String) async throws {
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            let (folder, beginning) = try Self.place(layout, content, scenario)
            for name in [".incomplete", ".0a1b2c3d.incomplete"] {
                try Data(count: Int(content.size)).write(to: URL(fileURLWithPath: "\(folder)/\(beginning)\(name)"))
            }
            let outcome = try await scenario.run(Self.arguments(layout))
            outcome.expectSuccess()
            #expect(try outcome.event("finished")["fetched_bytes"]?.int ?? 0 >= content.size)
            #expect(!Self.names(folder).contains { $0.contains(".incomplete") })
        }
    }

    @Test("without a published hash, or in use by its program, are kept", arguments: [true, false])
    func leftAlone(isLocked: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            let (folder, beginning) = try Self.place("hf-cache", content, scenario)
            let path = "\(folder)/\(beginning).incomplete"
            try content.data.prefix(3 << 20).write(to: URL(fileURLWithPath: path))
            let locks = scenario.hubCache + "/.locks/models--practice--one"
            try FileManager.default.createDirectory(atPath: locks, withIntermediateDirectories: true)
            let lock = open("\(locks)/\(content.sha256).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
            defer { close(lock) }
            if isLocked { #expect(flock(lock, LOCK_EX | LOCK_NB) == 0) }
            let outcome = try await scenario.run(Self.arguments("hf-cache") + (isLocked ? ["--wait", "0"] : ["--no-verify"]))
            #expect((outcome.code == 0) != isLocked, "\(outcome.stderr)")
            if isLocked {
                #expect(FileManager.default.contents(atPath: path)?.count == 3 << 20)
            } else {
                #expect(try outcome.event("finished")["fetched_bytes"]?.int ?? 0 >= content.size)
            }
        }
    }

    @Test("begun by the real one, killed: resumed", arguments: HubPeer.allCases)
    func killed(peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin, .paced(24, seconds: 2)) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            let running = try await RunningProcess(
                "\(try peer.require())/bin/hf", ["download", "practice/one", "model.safetensors"],
                environment: [
                    "HF_ENDPOINT": scenario.at.hub, "HF_HUB_DISABLE_XET": "1", "HOME": scenario.box.home, "PATH": "/usr/bin:/bin",
                    "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONDONTWRITEBYTECODE": "1",
                ], cwd: scenario.box.work)
            let blobs = scenario.hubCache + "/models--practice--one/blobs"
            // It writes 10 MiB at a time.
            let isThere = await eventually {
                Self.names(blobs).contains { name in
                    let size = try? FileManager.default.attributesOfItem(atPath: "\(blobs)/\(name)")[.size] as? Int
                    return name.hasSuffix(".incomplete") && size ?? 0 >= 10 << 20
                }
            }
            #expect(isThere)
            running.send(SIGKILL)
            _ = await running.end()
            let outcome = try await scenario.run(Self.arguments("hf-cache"))
            outcome.expectSuccess()
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 10 << 20)
            #expect(Self.names(blobs) == [content.sha256])
        }
    }

    @Test("begun by us and finished by hf: gone with the next add", arguments: layouts)
    func finishedByOther(layout: String) async throws {
        _ = try HubPeer.newest.require()
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            await scenario.hub.addFault(Fault(.drop, match: "/xet-bridge", times: 1, after: 4 << 20))
            await scenario.hub.addFault(Fault(.status, match: "/xet-bridge", skip: 1, status: 503))
            let arguments = Self.arguments(layout)
            #expect(try await scenario.run(arguments + ["--retries", "0", "-x", "1"]).code != 0)
            await scenario.hub.clearFaults()
            let (folder, _) = try Self.place(layout, content, scenario)
            #expect(Self.names(folder).contains { $0.hasSuffix(".fetchctl-part") })
            let words = ["download", "practice/one"] + (layout == "hf-cache" ? [] : ["--local-dir", "d"])
            #expect(try await scenario.hf(.newest, words).code == 0)
            #expect(Self.names(folder).contains { $0.hasSuffix(".fetchctl-part") })
            let outcome = try await scenario.run(arguments)
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0.name == "skipped" })
            #expect(!Self.names(folder).contains { $0.contains("fetchctl-part") })
        }
    }
}
