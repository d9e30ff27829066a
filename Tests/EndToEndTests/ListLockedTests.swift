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
