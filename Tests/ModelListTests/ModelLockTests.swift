import FetchTypes
import Testing

@testable import ModelList

@Suite("A lock")
struct ModelLockTests {
    private static let hash = String(repeating: "0a", count: 32)

    private static func sample() throws -> ModelLock {
        var file = LockedFile(
            path: try ListPath("models/b \"quoted\" \u{202e}.safetensors"), size: 12, sha256: hash,
            gitSHA1: String(repeating: "1", count: 40))
        file.blake3 = hash
        file.licence = "apache-2.0"
        file.mirrors = ["https://example.com/x", "hf:a/b"]
        return ModelLock([
            LockedModel(
                name: "z", reference: "hf:org/name", pinned: "hf:org/name@1a", options: "0123456789abcdef",
                files: [file, LockedFile(path: try ListPath("models/a.json"))]),
            LockedModel(name: "ä", reference: "civitai:1", pinned: "civitai:2@1+3", files: []),
            LockedModel(name: "a", reference: "x", pinned: "y", files: []),
        ])
    }

    private func read(_ text: String, outside: Bool = false) throws -> ModelLock {
        try ModelLock(parsing: Array(text.utf8), file: "models.lock", isOutsideAllowed: outside)
    }

    @Test("is sorted, and read and written again it has the same bytes")
    func stable() throws {
        let lock = try Self.sample()
        #expect(lock.models.map(\.name) == ["a", "z", "ä"])
        #expect(lock.models[1].files.map(\.path.text).first == "models/a.json")
        let again = try read(lock.text)
        #expect(again == lock)
        #expect(again.text == lock.text)
        #expect(ModelLock(lock.models.reversed()).text == lock.text)
        #expect(!lock.text.contains("\u{202e}"))
        #expect(lock.model("z")?.file(try ListPath("models/a.json"))?.digest == nil)
    }

    @Test("without models is one too")
    func empty() throws {
        #expect(try read(ModelLock().text) == ModelLock())
    }

    /// A lock, and a word of the complaint.
    static let bad: [(text: String, word: String)] = [
        ("", "no version"), ("version = 0", "no version"), ("version = \"1\"", "no version"), ("version = 2", "version 2"),
        ("version = 9223372036854775807", "version 9223372036854775807"), ("version = 1\nmodel = 1", "model"),
        ("version = 1\n[[model]]\nref = \"a\"\npinned = \"a\"", "no name"),
        ("version = 1\n[[model]]\nname = \"a\"\nref = \"a\"", "no pinned"),
        (
            "version = 1\n[[model]]\nname = \"a\"\nref = \"a\"\npinned = \"a\"\n[[model]]\nname = \"a\"\nref = \"a\"\npinned = \"a\"",
            "line 7"
        ),
        (file("path = \"../x\""), ".."), (file("path = \"/etc/passwd\""), "absolute"), (file("size = 1"), "no path"),
        (file("path = \"x\"\nsize = -1"), "size"), (file("path = \"x\"\nsize = 1125899906842625"), "size"),
        (file("path = \"x\"\nsize = 1.5"), "size"), (file("path = \"x\"\nsha256 = \"zz\""), "sha256"),
        (file("path = \"x\"\ngit-sha1 = \"\(hash)\""), "git-sha1"), (file("path = \".\""), "folder"),
        (file("path = \"x\"\n[[model.file]]\npath = \"./x\""), "path"), (file("path = \"x\"\nmirror = 1"), "mirror"),
        ("version = 1\n[[model]]\nname = \"a", "TOML"), ("<<<<<<< HEAD\nversion = 1", "TOML"),
    ]

    private static func file(_ lines: String) -> String {
        "version = 1\n[[model]]\nname = \"a\"\nref = \"a\"\npinned = \"a\"\n[[model.file]]\n" + lines
    }

    @Test("that is damaged, newer or leads outside is refused", arguments: bad)
    func refused(text: String, word: String) throws {
        let failure = try #require(throws: Failure.self) { try read(text) }
        #expect(failure.code == .configuration)
        #expect("\(failure)".contains("models.lock, line ") && "\(failure)".contains(word), "\(failure)")
    }

    @Test("ignores keys that are not known, and says so")
    func unknown() throws {
        let lock = try read(Self.file("path = \"x\"\ncolour = \"red\""))
        #expect(lock.warnings.count == 1 && lock.warnings[0].contains("colour"))
    }

    @Test("may lead outside where that is permitted")
    func outside() throws {
        #expect(try read(Self.file("path = \"/data/x\""), outside: true).models[0].files[0].path.text == "/data/x")
    }
}
