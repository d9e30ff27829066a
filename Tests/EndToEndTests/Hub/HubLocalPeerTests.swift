import Foundation
import PracticeHub
import Testing

@Suite("A folder as hf download --local-dir makes it")
struct HubLocalPeerTests {
    @Test("filled by us: hf download fetches nothing", arguments: Engine.allCases, HubPeer.allCases)
    func filled(engine: Engine, peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder")
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path("folder")])
            try scenario.expectFile("folder/model.safetensors", await scenario.hub.hubFile("practice/tiny", "model.safetensors"))
            try scenario.expectFile("folder/sub/dir/file.txt", await scenario.hub.hubFile("practice/tiny", "sub/dir/file.txt"))
            #expect(scenario.box.data("folder/.cache/huggingface/.gitignore") == Data("*".utf8))
            let inode = try scenario.box.status("folder/model.safetensors").st_ino
            await scenario.forgetRequests()
            let theirs = try await scenario.hf(peer, "download", "practice/tiny", "--local-dir", "folder")
            #expect(theirs.code == 0, "\(theirs.stderr)")
            #expect(await scenario.fileBytesServed() == 0)
            #expect(await scenario.requests("hub", "/resolve").isEmpty)
            #expect(try scenario.box.status("folder/model.safetensors").st_ino == inode)
            // And of one file that it is told to look at again by the branch's name.
            let one = try await scenario.hf(peer, "download", "practice/tiny", "model.safetensors", "--local-dir", "folder")
            #expect(one.code == 0, "\(one.stderr)")
            #expect(await scenario.bytesServed() == 0)
        }
    }

    @Test("filled by it: recognised by hash, and next time by our record", arguments: HubPeer.allCases)
    func recognised(peer: HubPeer) async throws {
        _ = try peer.require()
        try await withScenario(.builtin) { scenario in
            let theirs = try await scenario.hf(peer, "download", "practice/tiny", "--local-dir", "folder")
            #expect(theirs.code == 0, "\(theirs.stderr)")
            await scenario.forgetRequests()
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "skipped" } == 5)
            #expect(try outcome.events().count { $0.name == "verifying" } == 5)
            #expect(await scenario.hub.requests().count == 2)
            let again = try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder", "--json")
            #expect(try !again.events().contains { $0.name == "verifying" })
        }
    }

    @Test("whose metadata is gone gets it again, so that hf download fetches no small file either")
    func metadataAgain() async throws {
        _ = try HubPeer.newest.require()
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder").expectSuccess()
            try FileManager.default.removeItem(atPath: scenario.box.path("folder/.cache"))
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder").expectSuccess()
            await scenario.forgetRequests()
            #expect(try await scenario.hf(.newest, "download", "practice/tiny", "--local-dir", "folder").code == 0)
            #expect(await scenario.fileBytesServed() == 0)
        }
    }

    @Test("keeps partials among the metadata, and resumes them", arguments: Engine.allCases)
    func partials(engine: Engine) async throws {
        try await withScenario(engine, .paced(24, seconds: 4)) { scenario in
            let running = try await scenario.start("practice/one", "--layout", "hf-local", "-d", "folder", "--json", "-x", "2")
            let name = "folder/.cache/huggingface/download/model.safetensors"
            try await scenario.waitUntilRecorded(4 << 20, of: name)
            running.send(SIGKILL)
            _ = await running.end()
            #expect(!scenario.box.exists("folder/model.safetensors"))
            #expect(!scenario.box.allFiles.contains { $0.hasSuffix(".incomplete") })
            let outcome = try await scenario.add("practice/one", "--layout", "hf-local", "-d", "folder", "--json")
            outcome.expectSuccess()
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 4 << 20)
            try scenario.expectFile("folder/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
            scenario.expectNoCompanions("folder/.cache")
        }
    }

    @Test("holds what hf put there from an older commit: not replaced without --force, because nothing says of which repo")
    func older() async throws {
        _ = try HubPeer.newest.require()
        try await withScenario(.builtin) { scenario in
            #expect(try await scenario.hf(.newest, "download", "practice/tiny", "--local-dir", "folder").code == 0)
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"new\": 1}\n", repository: "practice/tiny"))
            let refused = try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder")
            refused.expectFailure(73)
            #expect(refused.stderr.contains("huggingface_hub put it there"))
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder", "--force").expectSuccess()
            #expect(scenario.box.data("folder/config.json") == Data("{\"new\": 1}\n".utf8))
            // From here on it is recorded, and newer versions replace it.
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"new\": 2}\n", repository: "practice/tiny"))
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder").expectSuccess()
            #expect(scenario.box.data("folder/config.json") == Data("{\"new\": 2}\n".utf8))
            await scenario.forgetRequests()
            #expect(try await scenario.hf(.newest, "download", "practice/tiny", "--local-dir", "folder").code == 0)
            #expect(await scenario.fileBytesServed() == 0)
        }
    }

    @Test("holds nothing of ours where hf would upload or count it")
    func records() async throws {
        _ = try HubPeer.newest.require()
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder").expectSuccess()
            #expect(scenario.box.exists("folder/.cache/huggingface/fetchctl/sub/dir/file.txt.json"))
            #expect(!scenario.box.exists("folder/.fetchctl"))
            let verified = try await scenario.hf(
                .newest, "cache", "verify", "practice/tiny", "--local-dir", "folder", "--fail-on-missing-files", "--fail-on-extra-files")
            #expect(verified.code == 0, "\(verified.stdout)\(verified.stderr)")
            let ignored = try await scenario.python(
                .newest,
                """
                from pathlib import Path
                from huggingface_hub.utils import DEFAULT_IGNORE_PATTERNS, filter_repo_objects
                paths = [str(p.relative_to('folder')) for p in Path('folder').rglob('*') if p.is_file()]
                print(len(list(filter_repo_objects(paths, ignore_patterns=DEFAULT_IGNORE_PATTERNS))))
                """)
            #expect(ignored.lines.last == "5", "\(ignored.stderr)")
            for place in ["folder", "folder/sub", "folder/config.json"] {
                let ours = try await scenario.run(["verify", place, "--json"])
                #expect(ours.code == 0, "\(ours.stderr)")
                #expect(ours.stdout.contains("hf:practice/tiny@"))
            }
        }
    }

    @Test("whose records an earlier version kept in the folder: read there, moved by the next add, nothing fetched or read again")
    func olderRecords() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder").expectSuccess()
            try await scenario.add("civitai:12354", "-d", "folder").expectSuccess()
            let (new, old) = (scenario.box.path("folder/.cache/huggingface/fetchctl"), scenario.box.path("folder/.fetchctl"))
            for name in try FileManager.default.contentsOfDirectory(atPath: new) {
                try FileManager.default.moveItem(atPath: "\(new)/\(name)", toPath: "\(old)/\(name)")
            }
            #expect(try await scenario.run(["verify", "folder", "--json"]).stdout.contains("hf:practice/tiny@"))
            let dry = try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder", "--json", "--dry-run")
            #expect(try dry.events().count { $0.name == "skipped" } == 5)
            #expect(scenario.box.exists("folder/.fetchctl/config.json.json"))
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"new\": 1}\n", repository: "practice/tiny"))
            await scenario.forgetRequests()
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "skipped" } == 4)
            #expect(try !outcome.events().contains { $0.name == "verifying" && $0["path"]?.string?.hasSuffix("config.json") == false })
            #expect(await scenario.bytesServed() == 0)
            #expect(scenario.box.exists("folder/.cache/huggingface/fetchctl/sub/dir/file.txt.json"))
            // What is not of that layout keeps its place.
            let left = try FileManager.default.contentsOfDirectory(atPath: old)
            #expect(left == ["practice-embedding.safetensors.json"])
        }
    }

    @Test("whose layout is left for the plain one: what came before is known by its record")
    func plainAfterwards() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("practice/tiny", "--layout", "hf-local", "-d", "folder").expectSuccess()
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: "{\"new\": 1}\n", repository: "practice/tiny"))
            let outcome = try await scenario.add("practice/tiny", "-d", "folder", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "skipped" } == 4)
        }
    }

    @Test("keeps out a repo's file that would be in its own place")
    func reserved() async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFile(
                NewFile(.hub, name: ".cache/huggingface/download/x.metadata", size: 0, text: "bad\n", repository: "practice/sly"))
            try await scenario.add("practice/sly", "--layout", "hf-local", "-d", "folder", "--json").expectFailure(73)
            #expect(!scenario.box.exists("folder/.cache/huggingface/download/x.metadata"))
        }
    }
}
