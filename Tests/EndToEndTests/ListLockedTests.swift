import Foundation
import PracticeHub
import Testing

@Suite("A locked model list")
struct ListLockedTests {
    private static func file(_ place: NewFile.Place, seed: UInt64) -> NewFile {
        var file = NewFile(place, name: "m.safetensors", size: 1 << 20, seed: seed)
        if place == .civitai { file.version = 777 } else { file.repository = "practice/mirror" }
        return file
    }

    @Test("whose CivitAI file was replaced gets it from a mirror by its hash, or fails and names it", arguments: [true, false])
    func replaced(hasMirror: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let content = await scenario.hub.addFile(Self.file(.civitai, seed: 9)).content
            await scenario.hub.addFile(Self.file(.hub, seed: 9))
            let mirror = hasMirror ? "\nmirror = \"hf:practice/mirror@main/m.safetensors\"" : ""
            try scenario.box.write("[[model]]\nref = \"civitai:777\"\nname = \"pinned one\"\(mirror)", to: "one/models.toml")
            try await scenario.list("lock", in: "one").expectSuccess()
            await scenario.hub.addFile(Self.file(.civitai, seed: 10))
            for arguments in [["--locked"], []] {
                let outcome = try await Fetchctl.run(
                    ["sync"] + arguments, environment: scenario.environment, cwd: scenario.box.path("one"))
                if hasMirror {
                    outcome.expectSuccess()
                    try scenario.expectFile("one/m.safetensors", content)
                    try FileManager.default.removeItem(atPath: scenario.box.path("one/m.safetensors"))
                } else {
                    outcome.expectFailure(65)
                    #expect(outcome.stderr.contains("pinned one") && outcome.stderr.contains("m.safetensors"))
                    scenario.expectNoFile("one/m.safetensors")
                }
            }
        }
    }

    @Test("whose repo was deleted fails and names it")
    func deleted() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write("[[model]]\nref = \"hf:practice/added\"\nname = \"gone\"", to: "one/models.toml")
            try await scenario.list("lock", in: "one").expectSuccess()
            await scenario.hub.addFault(Fault(.status, match: "practice/added", status: 404))
            let outcome = try await scenario.list("sync", in: "one", "--locked")
            outcome.expectFailure(66)
            #expect(outcome.stderr.contains("gone"))
            #expect(scenario.box.files == ["one/models.lock", "one/models.toml"])
        }
    }

    @Test("whose repo was deleted gets its files from the mirrors that the lock names for each")
    func mirroredRepo() async throws {
        try await withScenario(.builtin) { scenario in
            await PracticeList.prepare(scenario)
            try scenario.box.write("[[model]]\nref = \"hf:practice/added\"\nname = \"gone\"\ndir = \"repo\"", to: "one/models.toml")
            try await scenario.list("sync", in: "one").expectSuccess()
            let wanted = scenario.contents("one/repo")
            var lock = String(decoding: try #require(scenario.box.data("one/models.lock")), as: UTF8.self)
            for (name, data) in wanted {
                let path = "m-" + name.replacingOccurrences(of: "/", with: "-")
                let isText = name.hasSuffix(".json")
                var file = NewFile(.hub, name: path, size: Int64(data.count), seed: 5, repository: "practice/mirrors")
                if isText { file.text = String(decoding: data, as: UTF8.self) }
                await scenario.hub.addFile(file)
                lock = lock.replacingOccurrences(
                    of: "path = \"repo/\(name)\"\n",
                    with: "path = \"repo/\(name)\"\nmirror = [\"hf:practice/none@main/x\", \"hf:practice/mirrors@main/\(path)\"]\n")
            }
            try scenario.box.write("[[model]]\nref = \"hf:practice/added\"\nname = \"gone\"\ndir = \"repo\"", to: "two/models.toml")
            try scenario.box.write(lock, to: "two/models.lock")
            await scenario.hub.addFault(Fault(.status, match: "practice/added", status: 404))
            let outcome = try await scenario.list("sync", in: "two", "--locked")
            outcome.expectSuccess()
            #expect(scenario.contents("two/repo") == wanted)
            try await scenario.list("sync", in: "two", "--check", "--verify").expectSuccess()
        }
    }

    @Test("without a published hash is 78 until the first sync has added one")
    func hashless() async throws {
        try await withScenario(.builtin) { scenario in
            let drive = try #require(scenario.hub.driveFile("Small"))
            try scenario.box.write("[[model]]\nref = \"gdrive:\(drive.id)\"\nname = \"drive\"\nout = \"d.bin\"", to: "one/models.toml")
            let locked = try await scenario.list("lock", in: "one")
            locked.expectSuccess()
            #expect(locked.stderr.contains("no hash is published of d.bin"))
            let refused = try await scenario.list("sync", in: "one", "--locked")
            refused.expectFailure(78)
            #expect(refused.stderr.contains("d.bin"))
            try await scenario.list("sync", in: "one").expectSuccess()
            let lock = scenario.box.data("one/models.lock").map { String(decoding: $0, as: UTF8.self) }
            #expect(lock?.contains("sha256 = \"\(drive.content.sha256)\"") == true)
            try await scenario.list("sync", in: "one", "--locked").expectSuccess()
            // Locking again does not forget it.
            try await scenario.list("lock", in: "one").expectSuccess()
            #expect(scenario.box.data("one/models.lock").map { String(decoding: $0, as: UTF8.self) } == lock)
        }
    }

    /// What is done to the list after it was locked, and a word of the complaint.
    static let misfits: [(list: String, word: String)] = [
        ("[[model]]\nref = \"hf:gpt-practice@main/config.json\"\nname = \"a\"\ndir = \"other\"", "changed"),
        ("[[model]]\nref = \"civitai:12354\"\nname = \"a\"", "civitai:12354"),
        ("[[model]]\nref = \"hf:gpt-practice@main/config.json\"\nname = \"b\"", "model b is in the list"),
        ("", "model a is in models.lock"),
    ]

    @Test("that no longer fits its list is 78", arguments: misfits)
    func misfit(list: String, word: String) async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("[[model]]\nref = \"hf:gpt-practice@main/config.json\"\nname = \"a\"", to: "one/models.toml")
            try await scenario.list("sync", in: "one", "--locked").expectFailure(78)
            try await scenario.list("lock", in: "one").expectSuccess()
            try scenario.box.write(list, to: "one/models.toml")
            let before = scenario.box.data("one/models.lock")
            await scenario.forgetRequests()
            let outcome = try await scenario.list("sync", in: "one", "--locked")
            outcome.expectFailure(78)
            #expect(outcome.stderr.contains(word), "\(outcome.stderr)")
            #expect(scenario.box.data("one/models.lock") == before)
            #expect(await scenario.hub.requests().isEmpty)
            // Without --locked the lock follows the list.
            try await scenario.list("sync", in: "one").expectSuccess()
            try await scenario.list("sync", in: "one", "--locked").expectSuccess()
        }
    }

    @Test("does without what is optional, and locks it when it is there")
    func optional() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(
                """
                [[model]]
                ref = "civitai:99999999"
                name = "absent"
                optional = true
                [[model]]
                ref = "hf:gpt-practice@main/config.json"
                """, to: "one/models.toml")
            let outcome = try await scenario.list("sync", in: "one")
            #expect(outcome.code == 0 && outcome.stderr.contains("absent") && !outcome.stderr.contains("error:"))
            #expect(outcome.lines == [scenario.box.path("one/config.json")])
            for arguments in ["--locked", "--check"] {
                let again = try await scenario.list("sync", in: "one", arguments)
                #expect(again.code == 0 && again.stderr.contains("absent"), "\(again.stderr)")
            }
        }
    }
}

@Suite("An untrusted model list")
struct ListHostileTests {
    private static let good = "[[model]]\nref = \"hf:gpt-practice@main/config.json\"\nname = \"a\"\n"
    private static let lockHead =
        "version = 1\n[[model]]\nname = \"a\"\nref = \"hf:gpt-practice@main/config.json\"\npinned = \"hf:gpt-practice@main/config.json\"\n[[model.file]]\n"

    /// A list, its lock, and words of the complaint.
    static let bad: [(list: String, lock: String?, words: [String])] = [
        (good + "dir = \"../x\"", nil, ["models.toml, line 4", "dir"]), (good + "out = \"/tmp/x\"", nil, ["line 4", "out", "absolute"]),
        (good + "out = \".fetchctl/x.json\"", nil, ["line 1", "keeps"]), (good + "dir = \"link/x\"", nil, ["line 1", "link"]),
        ("[settings]\ndirectory = \"link\"\n" + good, nil, ["line 3", "link"]), ("[settings]\ndirectory = \"/data\"", nil, ["line 2"]),
        (good + "layout = \"odd\"", nil, ["line 4", "layout", "comfyui"]), (good + "type = \"odd\"", nil, ["line 4", "type"]),
        (good + "sidecar = [\"odd\"]", nil, ["line 4", "sidecar"]), (good + "mirror = [\"no such thing\"]", nil, ["line 4", "mirror"]),
        ("[[model]]\nref = \"what is this\"", nil, ["line 2", "ref"]), ("[[model]]\nref = \"128078\"", nil, ["line 2", "civitai:128078"]),
        (good + good, nil, ["line 4", "two models"]), ("[[model\n", nil, ["line 1", "TOML"]), ("a = \u{0}1", nil, ["line 1", "TOML"]),
        (good, "version = 2\n", ["models.lock, line 1", "version 2"]), (good, "version = 1\n[[mod", ["models.lock, line 2"]),
        (good, lockHead + "path = \"../../x\"", ["models.lock, line 7", "path"]),
        (good, lockHead + "path = \"/etc/x\"", ["line 7", "absolute"]),
        (good, lockHead + "path = \"x\"\nsize = 1152921504606846976", ["line 8", "size"]),
        (good, lockHead + "path = \"x\"\nsize = -1", ["line 8", "size"]), (good, lockHead + "path = \"x\"\nsha256 = \"0\"", ["line 8"]),
        (good, String(lockHead.dropLast(30)), ["models.lock"]), (good, "\u{feff}\u{feff}", ["models.lock"]),
    ]

    @Test("that is wrong is 78 with line and key, before anything is asked", arguments: bad)
    func wrong(list: String, lock: String?, words: [String]) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            try FileManager.default.createDirectory(atPath: scenario.box.path("one"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: scenario.box.path("one/link"), withDestinationPath: scenario.box.home)
            try scenario.box.write(list, to: "one/models.toml")
            if let lock { try scenario.box.write(lock, to: "one/models.lock") }
            let outcome = try await scenario.list("sync", in: "one", "--json")
            outcome.expectFailure(78, kind: "config")
            for word in words { #expect(outcome.stderr.contains(word), "\(word) in \(outcome.stderr)") }
            #expect(await scenario.hub.requests().isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: scenario.box.home).allSatisfy { $0.hasPrefix(".") })
        }
    }

    @Test("leads outside where that is permitted")
    func outside() async throws {
        try await withScenario(.builtin) { scenario in
            try FileManager.default.createDirectory(atPath: scenario.box.path("far"), withIntermediateDirectories: true)
            try scenario.box.write(Self.good + "dir = \"link\"", to: "one/models.toml")
            try FileManager.default.createSymbolicLink(atPath: scenario.box.path("one/link"), withDestinationPath: scenario.box.path("far"))
            try await scenario.list("sync", in: "one").expectFailure(78)
            try await scenario.list("sync", in: "one", "--outside").expectSuccess()
            #expect(scenario.box.exists("far/config.json"))
            try scenario.box.write("[settings]\ndirectory = \"models\"\n" + Self.good, to: "two/models.toml")
            try await scenario.list("sync", in: "two", "-d", scenario.box.path("elsewhere")).expectSuccess()
            #expect(scenario.box.exists("elsewhere/config.json"))
            // The lock is the same wherever the files are.
            let lock = scenario.box.data("two/models.lock").map { String(decoding: $0, as: UTF8.self) }
            #expect(lock?.contains("path = \"models/config.json\"") == true)
            try await scenario.list("sync", in: "two", "-d", scenario.box.path("elsewhere"), "--check").expectSuccess()
        }
    }

    @Test("does not reach private networks by its links, but the services' own places")
    func privateLinks() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(
                "[[model]]\nref = \"\(scenario.at.cdn)/plain/practice.bin\"\nname = \"inside\"", to: "one/models.toml")
            let outcome = try await scenario.list("sync", in: "one")
            outcome.expectFailure(69)
            #expect(outcome.stderr.contains("private network") && outcome.stderr.contains("inside"))
            #expect(await scenario.hub.requests().isEmpty)
            let mirrored = "[[model]]\nref = \"civitai:12354\"\nout = \"e.bin\"\nmirror = \"\(scenario.at.cdn)/plain/practice.bin\""
            try scenario.box.write(mirrored, to: "two/models.toml")
            try await scenario.list("sync", in: "two").expectSuccess()
            #expect(await scenario.requests("cdn", "/plain/").isEmpty)
        }
    }

    @Test("has names, options and a file that are looked at first")
    func commandLine() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            try scenario.box.write(Self.good, to: "one/models.toml")
            let lines: [([String], Int32)] = [
                (["sync", "b"], 64), (["sync", "--locked", "--update"], 64), (["sync", "--verify"], 64),
                (["sync", "--check", "--prune"], 64),
                (["sync", "--file", "none.toml"], 78), (["lock", "--file", "none.toml"], 78), (["tree", "--file", "none.toml"], 78),
                (["sync", "--file", ""], 64), (["sync", "--odd"], 64),
            ]
            for (arguments, code) in lines {
                let outcome = try await Fetchctl.run(arguments, environment: scenario.environment, cwd: scenario.box.path("one"))
                outcome.expectFailure(code)
            }
            #expect(await scenario.hub.requests().isEmpty)
        }
    }
}
