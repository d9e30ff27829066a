import Foundation
import PracticeHub
import Testing

/// A line of another program, and what was in the folder before it.
struct DropInLine: Sendable, CustomTestStringConvertible {
    var line: String
    /// Files by name, with their text; a name that ends in a slash is a folder.
    var before: [String: String]

    init(_ line: String, before: [String: String] = [:]) { (self.line, self.before) = (line, before) }

    var testDescription: String { before.isEmpty ? line : "\(line), with \(before.keys.sorted().joined(separator: ", ")) there" }
}

/// `fetchctl gdown` beside the real gdown of today.
@Suite("A gdown line")
struct GdownTests {
    @Test(
        "leaves and answers what gdown leaves and answers",
        arguments: [
            // Which file, and under which name.
            DropInLine("{Small}"), DropInLine("https://drive.google.com/uc?id={Small}"), DropInLine("{Large}"), DropInLine("{Old} -O x"),
            DropInLine("https://drive.google.com/file/d/{Large}/view?usp=sharing -O x"),
            DropInLine("https://drive.google.com/open?id={Small} -O x"), DropInLine("{Document}"),
            DropInLine("{Small} -O x"), DropInLine("{Small} -O d/"), DropInLine("{Small} -O d", before: ["d/": ""]),
            DropInLine("{Small} -Od/"),
            DropInLine("-O x {Small}"), DropInLine("{Small} --output=x"), DropInLine("{Small} --out x"), DropInLine("{Small} -O d/y"),
            DropInLine("{Small} -O d/y", before: ["d/": ""]),
            // What is there already.
            DropInLine("{Small} -O x", before: ["x": "old\n"]), DropInLine("{Small} -O x -c", before: ["x": "old\n"]),
            DropInLine("{Small} -qcO x", before: ["x": "old\n"]), DropInLine("{Small} --continue -O x"),
            // What is not available.
            DropInLine("{SignIn} -O x"), DropInLine("{Quota} -O x", before: ["x": "old\n"]), DropInLine("{Keyed}"),
            DropInLine("1DoesNotExist000000000000000000000 -O x"),
            // Whole folders.
            DropInLine("--folder {Inner}"), DropInLine("https://drive.google.com/drive/folders/{Inner}?usp=sharing -O d"),
            DropInLine("--folder https://drive.google.com/drive/folders/{Inner} -O d/ -q"),
            DropInLine("--folder {Inner} -O d -c", before: ["d/Übung groß.safetensors": "old\n"]),
            DropInLine("--folder {Inner} -O d", before: ["d/Übung groß.safetensors": "old\n"]), DropInLine("--folder {Empty}"),
            DropInLine("--folder 1DoesNotExist000000000000000000000"),
            // Other hosts than Google's.
            DropInLine("{hub}/practice/tiny/resolve/main/config.json"),
            DropInLine("{hub}/practice/tiny/resolve/main/config.json?download=true"),
            DropInLine("{hub}/practice/tiny/resolve/main/nope.json -O x", before: ["x": "old\n"]), DropInLine("{cdn}/plain/nope -O x"),
            DropInLine("{civitai}/api/download/models/12345"), DropInLine("{civitai}/api/download/models/12345 -O m.safetensors"),
            DropInLine("http://127.0.0.1:1/x -O x"),
            // What changes nothing of that.
            DropInLine("{Small} -O x --speed 10MB --no-cookies"), DropInLine("{Small} -O x --user-agent foo --no-check-certificate"),
            // What gdown itself refuses.
            DropInLine("{Small} {Large}"), DropInLine("{Small} --bogus"), DropInLine(""), DropInLine("{Small} --speed fast"),
        ])
    func same(row: DropInLine) async throws {
        _ = try HubPeer.newest.require()
        try await withScenario(.builtin) { scenario in
            let (theirs, ours) = (try scenario.folder("theirs", holding: row.before), try scenario.folder("ours", holding: row.before))
            let expected = try await scenario.gdown(scenario.words(row.line), in: theirs)
            let aftermath = try await scenario.ours("gdown", scenario.words(row.line), in: ours)
            aftermath.expectSame(as: expected)
            #expect(aftermath.outcome.stdout.isEmpty)
            if row.line.contains("-q"), aftermath.outcome.code == 0 { #expect(aftermath.outcome.stderr.isEmpty) }
        }
    }

    @Test(
        "works with the options that gdown has dropped since",
        arguments: [
            "--fuzzy https://drive.google.com/file/d/{Small}/view?usp=sharing -O x", "--id {Small} -O x", "{Small} --id -O x",
            "--fuzzy -O x https://drive.google.com/file/d/{Small}/view", "--folder --remaining-ok {Inner} -O d",
        ])
    func dropped(line: String) async throws {
        try await withScenario(.builtin) { scenario in
            if HubPeer.newest.folder != nil {
                let refused = try await scenario.gdown(scenario.words(line), in: try scenario.folder("theirs"))
                #expect(refused.outcome.code == 2, "today's gdown takes it: no longer one to be marked as dropped")
            }
            let aftermath = try await scenario.ours("gdown", scenario.words(line), in: try scenario.folder("ours"))
            aftermath.outcome.expectSuccess()
            #expect(aftermath.files.keys.sorted() == [line.contains("--folder") ? "d/Übung groß.safetensors" : "x"])
            #expect(!aftermath.outcome.stderr.contains("warning"), "accepted quietly")
        }
    }

    @Test("resumes where it was cut, and until then nothing has the name")
    func carriesOn() async throws {
        try await withScenario(.builtin) { scenario in
            let (id, content) = try #require(scenario.hub.driveFile("Large"))
            let ours = try scenario.folder("ours")
            await scenario.hub.addFault(Fault(.drop, match: "uuid=", times: 1, skip: 1, after: 2 << 20))
            await scenario.hub.addFault(Fault(.status, match: "uuid=", skip: 2, status: 503))
            let cut = try await scenario.ours("gdown", [id, "-O", "x", "--retries", "0", "-q"], in: ours)
            #expect(cut.outcome.code == 1)
            #expect(cut.outcome.stderr.contains("error:"), "quiet is not silent about failures")
            #expect(cut.files.isEmpty)
            await scenario.hub.clearFaults()
            await scenario.forgetRequests()
            let whole = try await scenario.ours("gdown", [id, "-O", "x"], in: ours)
            whole.outcome.expectSuccess()
            #expect(content.isSame(as: whole.files["x"]))
            #expect(await scenario.requests("gdrive").contains { $0.header("Range")?.hasPrefix("bytes=0-") == false })
        }
    }

    @Test("replaces a link that has the name, as gdown does, and not what it leads to")
    func links() async throws {
        _ = try HubPeer.newest.require()
        try await withScenario(.builtin) { scenario in
            let id = try #require(scenario.hub.driveFile("Small")).id
            for name in ["theirs", "ours"] {
                let folder = try scenario.folder(name, holding: ["kept": "old\n"])
                try FileManager.default.createSymbolicLink(atPath: "\(folder)/x", withDestinationPath: "kept")
            }
            let expected = try await scenario.gdown([id, "-O", "x"], in: try scenario.folder("theirs"))
            let aftermath = try await scenario.ours("gdown", [id, "-O", "x"], in: try scenario.folder("ours"))
            aftermath.expectSame(as: expected)
            #expect(aftermath.files["kept"] == Data("old\n".utf8))
        }
    }

    @Test("takes a pasted page for its file, where gdown saves the page")
    func pastedPage() async throws {
        try await withScenario(.builtin) { scenario in
            let words = scenario.words("{hub}/practice/tiny/blob/main/config.json -O x")
            let aftermath = try await scenario.ours("gdown", words, in: try scenario.folder("ours"))
            aftermath.outcome.expectSuccess()
            #expect(await scenario.hub.hubFile("practice/tiny", "config.json")?.isSame(as: aftermath.files["x"]) == true)
        }
    }

    @Test(
        "goes to the real gdown where it is no download to a file",
        arguments: ["{Small} -O -", "{Small} --json", "-V", "--help", "{Small} --cookies-from-browser firefox", "{Small} --cookies c.txt"])
    func handedOver(line: String) async throws {
        try await withScenario(.builtin) { scenario in
            let ours = try scenario.folder("ours")
            let words = scenario.words(line)
            let path = ["PATH": "\(scenario.box.root)/shims:\(try scenario.realTool("gdown")):/usr/bin:/bin"]
            let passed = try await scenario.ours("gdown", words, in: ours, environment: path)
            #expect(passed.outcome.code == 42)
            #expect(passed.outcome.stdout == "real gdown \(words.joined(separator: " "))\n")
            let alone = try await scenario.ours("gdown", words, in: ours, environment: ["PATH": "\(scenario.box.root)/shims:/nonexistent"])
            #expect(alone.outcome.code == 2)
            #expect(alone.outcome.stderr.split(separator: "\n").count == 1, "\(alone.outcome.stderr)")
            #expect(alone.files.isEmpty)
        }
    }
}
