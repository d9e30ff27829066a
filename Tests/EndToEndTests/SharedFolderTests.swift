import Foundation
import PracticeHub
import Testing

/// Several machines that share a folder: a library in the program plays another machine's name and locks.
@Suite("A folder that machines share")
struct SharedFolderTests {
    private static let library: String? = {
        let path = URL(fileURLWithPath: Fetchctl.binary).deletingLastPathComponent().appendingPathComponent("libAnotherHost.so").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// What the locks of that folder are.
    enum Locks: String, CaseIterable, Sendable { case own, none }

    struct Case: Sendable, CustomTestStringConvertible {
        var layout: String
        var locks: Locks
        var hasFleet = false
        var testDescription: String { "\(layout), locks \(locks)\(hasFleet ? ", fleet" : "")" }
    }

    private func start(
        _ host: Int, _ scenario: Scenario, _ locks: Locks, _ options: [String]
    ) async throws -> RunningProcess {
        let home = scenario.box.home + "/host\(host)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let machine = [
            "LD_PRELOAD": try #require(Self.library), "ANOTHER_HOST": "machine-\(host)", "ANOTHER_HOST_LOCKS": locks.rawValue,
            "ANOTHER_HOST_FOLDER": scenario.box.path("shared"), "HOME": home,
        ]
        return try await Fetchctl.start(
            ["add", "practice/one", "practice/tiny", "-d", "shared", "--json"] + options,
            environment: scenario.environment.merging(machine) { $1 }, cwd: scenario.box.work)
    }

    @Test(
        "without locks keeps the links to a placed file, which a machine may offer, and not those of an abandoned partial",
        arguments: [false, true])
    func links(isPlaced: Bool) async throws {
        #if !os(Linux)
            try Test.cancel("the library is made for Linux")
        #endif
        let library = try #require(Self.library)
        try await withScenario(.builtin) { scenario in
            let file = "shared/model.bin" + (isPlaced ? "" : ".fetchctl-part")
            let link = "shared/model.bin.fetchctl-part.fleet/00001"
            let path = try scenario.box.write("bytes", to: file)
            try scenario.box.write("", to: link + ".aria2")
            try FileManager.default.linkItem(atPath: path, toPath: scenario.box.path(link))
            let machine = ["LD_PRELOAD": library, "ANOTHER_HOST_LOCKS": "none", "ANOTHER_HOST_FOLDER": scenario.box.path("shared")]
            let cleanup = try await Fetchctl.start(
                ["cleanup", "--yes"], environment: scenario.environment.merging(machine) { $1 }, cwd: scenario.box.work)
            await cleanup.end().expectSuccess()
            #expect(scenario.box.exists(link) == isPlaced)
            #expect(scenario.box.exists(file) == isPlaced)
        }
    }

    private func expectNothingLeft(_ scenario: Scenario) {
        let left = scenario.box.allFiles.filter { $0.contains(".fetchctl-") }
        #expect(left.isEmpty, "\(left)")
    }

    @Test(
        "is filled once, whichever locks it has", .requiresAria2c,
        arguments: [
            Case(layout: "plain", locks: .own), Case(layout: "plain", locks: .none), Case(layout: "hf-cache", locks: .own),
            Case(layout: "hf-cache", locks: .none), Case(layout: "hf-local", locks: .own),
            Case(layout: "hf-cache", locks: .own, hasFleet: true), Case(layout: "hf-local", locks: .own, hasFleet: true),
        ])
    func filledOnce(_ it: Case) async throws {
        #if !os(Linux)
            try Test.cancel("the library is made for Linux")
        #endif
        var configuration = HubConfiguration()
        configuration.modelSize = 16 << 20
        configuration.bytesPerSecondTotal = 24 << 20
        try await withScenario(.aria2, configuration) { scenario in
            try scenario.box.write(FleetTests.secret, to: "secret")
            let fleet = it.hasFleet ? FleetTests.options(LoopbackServer.freePort(), size: 2).filter { $0 != "--json" } : []
            // Without ranks these would be two processes of one node, because they share this machine's network.
            func options(_ number: Int) -> [String] {
                ["--layout", it.layout] + (it.hasFleet ? fleet + ["--fleet-rank", String(number)] : [])
            }
            var hosts: [RunningProcess] = []
            for number in 0..<2 { hosts.append(try await start(number, scenario, it.locks, options(number))) }
            var warnings = 0
            for host in hosts {
                let outcome = await host.end(timeout: 120)
                outcome.expectSuccess()
                warnings += try outcome.events().count { $0["message"]?.string?.contains("not needed on a shared file system") == true }
            }
            if it.hasFleet { #expect(warnings > 0) }
            for repo in ["one", "tiny"] {
                let isCache = it.layout == "hf-cache"
                let folder = isCache ? "models--practice--\(repo)/snapshots/" : "shared/\(repo)/"
                let path = scenario.box.allFiles.first { $0.contains(folder) && $0.hasSuffix("/model.safetensors") }
                try scenario.expectFile(try #require(path), await scenario.hub.hubFile("practice/\(repo)", "model.safetensors"))
            }
            // One copy; a fleet on a busy machine may take a member for gone, and fetch what it had in hand again.
            let copies = Double(await scenario.fileBytesServed()) / Double(24 << 20)
            #expect(copies <= (it.hasFleet ? 2 : 1.1), "\(copies) copies")
            expectNothingLeft(scenario)
            try await expectAccepted(scenario, it.layout)
        }
    }

    /// huggingface_hub finds all files, and requests none of them again.
    private func expectAccepted(_ scenario: Scenario, _ layout: String) async throws {
        guard layout != "plain", HubPeer.newest.folder != nil else { return }
        await scenario.forgetRequests()
        if layout == "hf-local" {
            let theirs = try await scenario.hf(.newest, "download", "practice/tiny", "--local-dir", "shared/tiny")
            #expect(theirs.code == 0, "\(theirs.stderr)")
        } else {
            let verified = try await scenario.hf(
                .newest, "cache", "verify", "practice/tiny", "--fail-on-missing-files", "--fail-on-extra-files",
                environment: ["HF_HUB_CACHE": scenario.box.path("shared")])
            #expect(verified.code == 0, "\(verified.stdout)\(verified.stderr)")
        }
        #expect(await scenario.fileBytesServed() == 0)
    }

    @Test("is left to the machine that has taken a download over, until that has ended", arguments: Engine.allCases)
    func takenOver(engine: Engine) async throws {
        #if !os(Linux)
            try Test.cancel("the library is made for Linux")
        #endif
        try await withScenario(engine, .paced(24, seconds: 3)) { scenario in
            let first = try await start(0, scenario, .own, ["--exclude", "nothing"])
            let name = "shared/one/model.safetensors"
            try await scenario.waitUntilRecorded(1 << 20, of: name)
            let claim = name + Sandbox.partialEnding + ".claim"
            #expect(String(decoding: try #require(scenario.box.data(claim)), as: UTF8.self).hasPrefix("machine-0\n"))
            // As another machine does, for which this one was silent for a minute.
            try scenario.box.write("machine-1\nboot\n7\n5\n", to: claim)
            try await first.expectEvent("waiting", within: .seconds(30))
            #expect(scenario.box.data(claim) == Data("machine-1\nboot\n7\n5\n".utf8))
            unlink(scenario.box.path(claim))
            let outcome = await first.end(timeout: 60)
            outcome.expectSuccess()
            #expect(try outcome.events().contains { $0["message"]?.string?.contains("taken") == true }, "\(outcome.story)")
            try scenario.expectFile(name, await scenario.hub.hubFile("practice/one", "model.safetensors"))
            expectNothingLeft(scenario)
        }
    }
}
