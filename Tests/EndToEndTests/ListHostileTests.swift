import Foundation
import PracticeHub
import Testing

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
