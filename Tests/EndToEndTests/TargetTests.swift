import Foundation
import PracticeHub
import Testing

@Suite("A target that is not free")
struct TargetTests {
    @Test(
        "holding another program's file is 73 before a byte moves, and the file stays", arguments: Engine.allCases,
        ["civitai:12345", "DIRECT/plain/practice.bin"])
    func foreign(engine: Engine, reference: String) async throws {
        try await withScenario(engine) { scenario in
            let name = reference.hasPrefix("DIRECT") ? "practice.bin" : "practice-model.safetensors"
            let reference = reference.replacingOccurrences(of: "DIRECT", with: scenario.at.cdn)
            try scenario.box.write("my own", to: name)
            let outcome = try await scenario.add(reference, "--json")
            outcome.expectFailure(73, kind: "exists")
            #expect(outcome.stdout.contains(scenario.box.path(name)))
            #expect(outcome.stdout.contains("--force") && outcome.stdout.contains("-o"))
            #expect(scenario.box.data(name) == Data("my own".utf8))
            #expect(await scenario.bytesServed() <= 1)
            scenario.expectNoCompanions(name)
            // The way out that it names works.
            try await scenario.add(reference, "--force").expectSuccess()
            #expect(try scenario.box.status(name).st_size > 1 << 20)
        }
    }

    @Test("recorded as coming from elsewhere is 73 and says from where")
    func otherOrigin() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12354", "-o", "x.safetensors").expectSuccess()
            let outcome = try await scenario.add("civitai:12344", "-o", "x.safetensors")
            outcome.expectFailure(73)
            #expect(outcome.stderr.contains("12354"))
            try scenario.expectFile("x.safetensors", await scenario.hub.civitaiFile(12354))
        }
    }

    @Test("being a directory is 73, with --force too", arguments: Engine.allCases)
    func directory(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try scenario.box.write("inside", to: "practice-model.safetensors/note.txt")
            for force in [[], ["--force"]] {
                try await scenario.run(["add", "civitai:12345", "--json"] + force).expectFailure(73, kind: "exists")
            }
            #expect(scenario.box.files == ["practice-model.safetensors/note.txt"])
        }
    }

    @Test("beside a file that has the name of the folder of records is 73 before a byte moves")
    func records() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("", to: ".fetchctl")
            try await scenario.add("civitai:12354", "--json").expectFailure(73, kind: "exists")
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test("in a directory that is a file is 73")
    func fileAsDirectory() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("a file", to: "models")
            try await scenario.add("civitai:12354", "-d", "models", "--json").expectFailure(73)
            try await scenario.add("civitai:12354", "-d", "models/sub", "--json").expectFailure(73)
            #expect(scenario.box.files == ["models"])
        }
    }

    @Test("wanted by two references of one batch is 73 for both before a byte moves, naming both; others are fetched")
    func twice() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add(
                "hf:gpt-practice@main/model.safetensors", "civitai:12354", "hf:practice/one/model.safetensors", "--json")
            outcome.expectFailure(73, kind: "exists")
            let failed = try outcome.events().filter { $0.name == "failed" }
            #expect(failed.count == 2)
            for event in failed {
                let words = try #require(event["message"]?.string)
                #expect(words.contains("gpt-practice") && words.contains("practice/one"))
                #expect(event["hint"]?.string?.contains("-o") == true)
            }
            #expect(scenario.box.files == ["practice-embedding.safetensors"])
        }
    }

    @Test("that another program takes during the download stays: 73, and what was fetched is kept", arguments: Engine.allCases)
    func takenMeanwhile(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2)) { scenario in
            let (url, file) = await scenario.hub.addFile(NewFile(.plain, name: "wanted.bin", size: 8 << 20))
            let running = try await scenario.start(url, "--json")
            try await scenario.waitUntilServed(1 << 20)
            try scenario.box.write("my own", to: "wanted.bin")
            let outcome = await running.end()
            outcome.expectFailure(73, kind: "exists")
            #expect(scenario.box.data("wanted.bin") == Data("my own".utf8))
            try await scenario.add(url).expectFailure(73)
            let forced = try await scenario.add(url, "--force", "--json")
            forced.expectSuccess()
            #expect(try forced.event("finished")["fetched_bytes"]?.int == 0)
            try scenario.expectFile("wanted.bin", file)
        }
    }

    @Test("in a place that may not be written is 73", .requiresOrdinaryUser)
    func unwritable() async throws {
        try await withScenario(.builtin) { scenario in
            mkdir(scenario.box.path("locked"), 0o555)
            for folder in ["locked", "locked/new"] {
                try await scenario.add("civitai:12354", "-d", folder, "--json").expectFailure(73, kind: "permission")
            }
        }
    }

    @Test("on a file system that is read-only is 73")
    func readOnly() async throws {
        try await withScenario(.builtin) { scenario in
            let disk = scenario.box.path("disk")
            mkdir(disk, 0o777)
            guard mount("tmpfs", disk, "tmpfs", UInt(MS_RDONLY), "size=1m") == 0 else {
                try Test.cancel("a read-only file system cannot be mounted: \(String(cString: strerror(errno)))")
            }
            defer { umount2(disk, Int32(MNT_DETACH)) }
            for folder in ["disk", "disk/new"] {
                try await scenario.add("civitai:12354", "-d", folder, "--json").expectFailure(73, kind: "permission")
            }
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test("under a name that cannot be is 73")
    func longName() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12354", "-o", String(repeating: "n", count: 300) + ".safetensors").expectFailure(73)
            #expect(await scenario.requests("cdn").isEmpty, "it was found out only after the transfer")
            #expect(scenario.box.allFiles.isEmpty)
            // 255 bytes are a name, though none for a partial with its ending: that gets another.
            let longest = String(repeating: "n", count: 243) + ".safetensors"
            try await scenario.add("civitai:12354", "-o", longest).expectSuccess()
            #expect(scenario.box.files == [longest])
        }
    }

    @Test("reached by a symlink: followed where the user names it, refused in an untrusted path")
    func symlinks() async throws {
        try await withScenario(.builtin) { scenario in
            mkdir(scenario.box.path("real"), 0o777)
            symlink("real", scenario.box.path("link"))
            try await scenario.add("civitai:12354", "-d", "link").expectSuccess()
            #expect(scenario.box.exists("real/practice-embedding.safetensors"))
            // practice/tiny has sub/dir/file.txt.
            mkdir(scenario.box.path("repo"), 0o777)
            symlink("../real", scenario.box.path("repo/sub"))
            let outcome = try await scenario.add("hf:practice/tiny/sub/", "-d", "repo", "--json")
            outcome.expectFailure(73)
            #expect(!scenario.box.exists("real/dir"))
        }
    }
}
