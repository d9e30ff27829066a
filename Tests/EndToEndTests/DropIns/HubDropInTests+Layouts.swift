import Foundation
import PracticeHub
import Testing

/// These tests are about the files: both layouts, resuming, and what is found offline.
extension HubDropInTests {
    @Test("its files are complete for the real hf, in both layouts", arguments: ["--local-dir d", ""], HubPeer.allCases)
    func continued(place: String, peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download"] + scenario.words("practice/tiny \(place)")
            let aftermath = try await scenario.ours("hf", words, in: ours, environment: ["HOME": ours])
            aftermath.outcome.expectSuccess()
            await scenario.forgetRequests()
            let theirs = try await scenario.realHub(peer, "hf", words, in: ours)
            #expect(theirs.outcome.code == 0)
            #expect(await scenario.fileBytesServed() == 0)
            let again = try await scenario.ours("hf", words, in: ours, environment: ["HOME": ours])
            again.outcome.expectSuccess()
            #expect(await scenario.fileBytesServed() == 0)
        }
    }

    @Test(
        "copies into a folder what hf has in its cache, when its hash is right",
        arguments: [("hf", HubPeer.newest), ("huggingface-cli", .zero)], [false, true])
    func cached(tool: (name: String, peer: HubPeer), isDamaged: Bool) async throws {
        _ = try tool.peer.require()
        try await withScenario(.builtin) { scenario in
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            var fetched: [Int64] = []
            var listed: [String] = []
            for isReal in [true, false] {
                let folder = try scenario.folder(isReal ? "theirs" : "ours")
                func run(_ line: String) async throws -> Aftermath {
                    let words = ["download"] + scenario.words(line)
                    return isReal
                        ? try await scenario.realHub(tool.peer, tool.name, words, in: folder)
                        : try await scenario.ours(tool.name, words, in: folder, environment: ["HOME": folder])
                }
                let whole = ["download"] + scenario.words("practice/one --quiet")
                let first = try await scenario.realHub(tool.peer, tool.name, whole, in: folder)
                #expect(first.outcome.code == 0)
                if isDamaged, !isReal {
                    let blob = try #require(first.files.keys.first { $0.contains("/blobs/") && $0.hasSuffix(content.sha256) })
                    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/\(blob)"))
                    try handle.write(contentsOf: Data([0xFF, 0xFF, 0xFF]))
                    try handle.close()
                }
                if tool.peer == .newest { listed.append(try await run("practice/one --local-dir d --dry-run").outcome.stdout) }
                await scenario.forgetRequests()
                let second = try await run("practice/one model.safetensors --local-dir d --quiet")
                #expect(second.outcome.code == 0, "\(second.outcome.story)")
                #expect(content.isSame(as: FileManager.default.contents(atPath: "\(folder)/d/model.safetensors")))
                fetched.append(await scenario.fileBytesServed())
            }
            // At its end an engine may ask for a rest twice.
            #expect(fetched[0] == 0 && (isDamaged ? fetched[1] >= content.size : fetched[1] == 0), "\(fetched)")
            #expect(listed.first == listed.last)
        }
    }

    @Test("resumes where it was cut, in both layouts, where today's hf starts again", arguments: ["--local-dir d", ""])
    func carriesOn(place: String) async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download"] + scenario.words("practice/one model.safetensors -q \(place)")
            let environment = ["HOME": ours, "FETCHCTL_MAX_RETRIES": "0", "FETCHCTL_CONNECTIONS": "1"]
            // However long the parts are: a first one may be the whole file.
            await scenario.hub.addFault(Fault(.drop, match: "/xet-bridge", times: 1, after: 1_200_000))
            await scenario.hub.addFault(Fault(.status, match: "/xet-bridge", skip: 1, status: 503))
            let cut = try await scenario.ours("hf", words, in: ours, environment: environment)
            #expect(cut.outcome.code == 1)
            #expect(cut.outcome.stdout.isEmpty)
            #expect(!cut.files.keys.contains { $0.hasSuffix("model.safetensors") }, "\(cut.files.keys)")
            await scenario.hub.clearFaults()
            let whole = try await scenario.ours("hf", words, in: ours, environment: environment)
            whole.outcome.expectSuccess()
            #expect(whole.outcome.stderr.isEmpty)
            let content = try #require(await scenario.hub.hubFile("practice/one", "model.safetensors"))
            #expect(content.isSame(as: FileManager.default.contents(atPath: String(whole.outcome.stdout.dropLast()))))
            #expect(await scenario.requests("cdn").contains { $0.header("Range")?.hasPrefix("bytes=0-") == false })
        }
    }

    @Test("offline, it finds what is there and says what is not")
    func offline() async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = ["download", "practice/tiny", "config.json", "--quiet"]
            let first = try await scenario.ours("hf", words, in: ours, environment: ["HOME": ours])
            first.outcome.expectSuccess()
            await scenario.forgetRequests()
            let offline = ["HOME": ours, "HF_HUB_OFFLINE": "1"]
            let again = try await scenario.ours("hf", words, in: ours, environment: offline)
            #expect(again.outcome.stdout == first.outcome.stdout, "\(again.outcome.stderr)")
            let other = try await scenario.ours("hf", ["download", "practice/tiny", "README.md"], in: ours, environment: offline)
            #expect(other.outcome.code == 1)
            #expect(await scenario.hub.requests().isEmpty)
        }
    }
}
