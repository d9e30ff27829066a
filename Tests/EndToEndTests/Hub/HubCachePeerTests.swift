import Foundation
import PracticeHub
import Testing

/// What the real huggingface_hub makes of the cache that we fill, and we of the one that it fills.
@Suite("The cache of huggingface_hub")
struct HubCachePeerTests {
    /// Looks for snapshots offline, scans, and downloads online; one JSON object on the last line.
    private static func look(_ repos: [(type: String, id: String, revision: String)]) -> String {
        let list = repos.map { "('\($0.type)','\($0.id)','\($0.revision)')" }.joined(separator: ",")
        return """
            import json, os
            from huggingface_hub import snapshot_download, scan_cache_dir
            repos = [\(list)]
            found = [snapshot_download(i, repo_type=t, revision=r, local_files_only=True) for t, i, r in repos]
            cache = scan_cache_dir()
            refs = sorted(r.repo_id + '@' + ','.join(sorted(v.refs)) + ':' + str(len(v.files)) for r in cache.repos for v in r.revisions)
            online = [snapshot_download(i, repo_type=t, revision=r) for t, i, r in repos]
            print(json.dumps({'found': found, 'warnings': [str(w) for w in cache.warnings], 'refs': refs, 'online': online}))
            """
    }

    /// Version 0 knows no tag, not even one that a newer version has written.
    private static func tagWarning(_ scenario: Scenario) -> JSONValue {
        .string("Repo path is not a directory: \(scenario.hubCache)/CACHEDIR.TAG")
    }

    @Test("filled by us: found offline, no warning, nothing fetched again", arguments: Engine.allCases, HubPeer.allCases)
    func filled(engine: Engine, peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add(
                "practice/tiny", "hf:datasets/practice/data@v1", "hf:gpt-practice@refs/pr/1", "--layout", "hf-cache")
            outcome.expectSuccess()
            #expect(outcome.lines.count == 3)
            #expect(outcome.lines[0].hasPrefix(scenario.hubCache + "/models--practice--tiny/snapshots/"))
            await scenario.forgetRequests()
            let looked = try await scenario.python(
                peer,
                Self.look([("model", "practice/tiny", "main"), ("dataset", "practice/data", "v1"), ("model", "gpt-practice", "refs/pr/1")]))
            let answer = try JSONValue(parsing: try #require(looked.lines.last, "\(looked.stderr)"))
            let paths = JSONValue.array(outcome.lines.map { .string($0) })
            #expect(answer["found"] == paths)
            #expect(answer["online"] == paths)
            #expect(answer["warnings"] == .array(peer == .zero ? [Self.tagWarning(scenario)] : []))
            #expect(
                answer["refs"]
                    == .array([.string("gpt-practice@refs/pr/1:2"), .string("practice/data@v1:3"), .string("practice/tiny@main:5")]))
            #expect(await scenario.fileBytesServed() == 0)
            #expect(await scenario.requests("hub", "/resolve").isEmpty)
            if peer == .newest {
                let verified = try await scenario.hf(
                    peer, "cache", "verify", "practice/tiny", "--fail-on-missing-files", "--fail-on-extra-files")
                #expect(verified.code == 0, "\(verified.stdout)\(verified.stderr)")
            }
        }
    }

    @Test("filled by it: recognised by hash, and next time by our record", arguments: HubPeer.allCases)
    func recognised(peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let theirs = try await scenario.hf(peer, "download", "practice/tiny")
            #expect(theirs.code == 0, "\(theirs.stderr)")
            await scenario.forgetRequests()
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "skipped" } == 5)
            #expect(try outcome.events().count { $0.name == "verifying" } == 5)
            #expect(try outcome.event("summary")["fetched_bytes"]?.int == 0)
            // A listing is all that is asked for.
            #expect(await scenario.hub.requests().count == 2)
            let again = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--json")
            #expect(try again.events().count { $0.name == "skipped" } == 5)
            #expect(try !again.events().contains { $0.name == "verifying" })
        }
    }

    @Test("damaged since it filled it: only that blob is fetched, and it is whole then", arguments: HubPeer.allCases)
    func damaged(peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            #expect(try await scenario.hf(peer, "download", "practice/tiny").code == 0)
            let content = try #require(await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            let blob = "\(scenario.hubCache)/models--practice--tiny/blobs/\(content.sha256)"
            var bytes = content.data
            bytes[1 << 20] ^= 1
            try bytes.write(to: URL(fileURLWithPath: blob))
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "skipped" } == 4)
            // A straggler's rest may have been fetched twice on a busy machine.
            let fetched = try #require(outcome.event("finished")["fetched_bytes"]?.int)
            #expect((content.size..<2 * content.size).contains(fetched))
            #expect(content.isSame(as: FileManager.default.contents(atPath: blob)))
        }
    }

    /// Loads by name without the Hub: a file that came, one that did not, one that does not exist.
    private static let loads = """
        import json
        from huggingface_hub import hf_hub_download, try_to_load_from_cache
        def load(name):
            try: return hf_hub_download('practice/tiny', name, local_files_only=True).split('/snapshots/')[1]
            except Exception as error: return type(error).__name__
        print(json.dumps([load(n) for n in ['config.json', 'model.safetensors', 'none.json']]
            + [type(try_to_load_from_cache('practice/tiny', 'none.json')).__name__]))
        """

    @Test(
        "after a failure, loads from ours what it loads from its own",
        arguments: [("practice/tiny", "practice/tiny"), ("practice/tiny model.safetensors", "hf:practice/tiny/model.safetensors")],
        HubPeer.allCases)
    func failed(what: (theirs: String, ours: String), peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let theirs = scenario.box.root + "/theirs"
            await scenario.hub.addFault(Fault(.status, match: "/xet-bridge", status: 403))
            for line in [what.theirs, "practice/tiny none.json"] {
                let words = ["download"] + line.split(separator: " ").map(String.init)
                let outcome = try await scenario.hf(peer, words, environment: ["HF_HUB_CACHE": theirs])
                #expect(outcome.code != 0)
            }
            #expect(try await scenario.add(what.ours, "--layout", "hf-cache", "--retries", "0").code != 0)
            try await scenario.add("hf:practice/tiny/none.json", "--layout", "hf-cache").expectFailure(66)
            let expected = try await scenario.python(peer, Self.loads, environment: ["HF_HUB_CACHE": theirs])
            let found = try await scenario.python(peer, Self.loads)
            #expect(found.stdout == expected.stdout, "\(found.stderr)")
            // Under the names that it uses.
            let paths = { (root: String) in
                Set(
                    (FileManager.default.enumerator(atPath: root + "/models--practice--tiny")?.compactMap { $0 as? String } ?? []).filter {
                        $0.hasPrefix("refs/") || $0.hasPrefix(".no_exist/") || $0.hasPrefix("trees/") && peer == .newest
                    })
            }
            #expect(paths(scenario.hubCache).filter { peer == .newest || !$0.hasPrefix("trees") } == paths(theirs))
        }
    }

    @Test("opened by safetensors", arguments: Engine.allCases)
    func safetensors(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("hf:practice/tiny/model.safetensors", "--layout", "hf-cache")
            outcome.expectSuccess()
            let path = try #require(outcome.lines.first)
            #expect(path.hasPrefix(scenario.hubCache) && path.hasSuffix("/model.safetensors"))
            let opened = try await scenario.python(
                .newest,
                """
                import struct, json
                from safetensors import deserialize
                print(json.dumps([name for name, _ in deserialize(open('\(path)', 'rb').read())]))
                """)
            #expect(opened.lines.last == "[\"weights\"]", "\(opened.stderr)")
        }
    }

    @Test("with real files where links are switched off: found all the same, by it and by us", arguments: HubPeer.allCases)
    func withoutLinks(peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let noLinks = ["HF_HUB_DISABLE_SYMLINKS": "1"]
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-cache", environment: noLinks)
            outcome.expectSuccess()
            let snapshot = try #require(outcome.lines.first)
            #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: snapshot + "/model.safetensors")) == nil)
            let content = await scenario.hub.hubFile("practice/tiny", "model.safetensors")
            #expect(content?.isSame(as: FileManager.default.contents(atPath: snapshot + "/model.safetensors")) == true)
            await scenario.forgetRequests()
            let looked = try await scenario.python(peer, Self.look([("model", "practice/tiny", "main")]), environment: noLinks)
            let answer = try JSONValue(parsing: try #require(looked.lines.last, "\(looked.stderr)"))
            #expect(answer["found"] == .array([.string(snapshot)]))
            #expect(answer["warnings"] == .array(peer == .zero ? [Self.tagWarning(scenario)] : []))
            #expect(await scenario.fileBytesServed() == 0)
            let again = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--json", environment: noLinks)
            #expect(try again.events().count { $0.name == "skipped" } == 5)
            #expect(try !again.events().contains { $0.name == "verifying" })
        }
    }
}
