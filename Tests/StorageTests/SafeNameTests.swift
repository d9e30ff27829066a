import FetchTypes
import Testing
@testable import Partials
@testable import Storage

@Suite("Untrusted names") struct NameTests {
    static let long = String(repeating: "я", count: 200)

    static let files: [(String, String?)] = [
        ("model.safetensors", "model.safetensors"), ("My Model (v2) [fp16].bin", "My Model (v2) [fp16].bin"), ("模型.gguf", "模型.gguf"),
        ("a/b.bin", "a_b.bin"), ("..\\..\\evil.bin", ".._.._evil.bin"), ("/etc/passwd", "_etc_passwd"), ("../../x", ".._.._x"),
        ("a\u{0}b\nc\u{1b}[2J.bin", "a_b_c_[2J.bin"), ("a\u{7f}\u{9b}b", "a__b"), ("gnp\u{202e}nib.x", "gnp_nib.x"), ("a\u{2066}b", "a_b"),
        ("a\u{200b}b\u{feff}\u{2060}.bin", "ab.bin"), ("\u{200e}x\u{200f}\u{ad}", "x"), ("a.bin\u{200d}", "a.bin"),
        ("a\u{e0041}\u{e007f}.bin", "a.bin"), ("a\u{3164}\u{115f}\u{ffa0}\u{34f}\u{61c}b", "ab"), ("\u{200b}", nil),
        ("👩\u{200d}🔬.bin", "👩🔬.bin"), ("❤\u{fe0f}.bin", "❤\u{fe0f}.bin"), ("x. \u{200b}", "x"),
        (".fetch\u{200b}ctl", ".fetchctl_"), ("n\u{ad}ul", "_nul"),
        ("name.bin...", "name.bin"), ("name. . .", "name"), ("  name", "name"), ("name \u{301}", "name \u{301}"), (".hidden", ".hidden"),
        ("", nil), (".", nil), ("..", nil), ("...", nil), ("   ", nil), ("/", nil), ("//\\", nil), ("._.", nil), ("\n", nil),
        (".fetchctl", ".fetchctl_"), ("x.fetchctl-part", "x.fetchctl-part_"), ("x.fetchctl-part.json", "x.fetchctl-part.json_"),
        ("x.fetchctl-part.aria2", "x.fetchctl-part.aria2_"), ("/\u{301}x", "_\u{301}x"), ("a\r\nb", "a__b"),
        ("con.safetensors", "_con.safetensors"), ("NUL", "_NUL"), ("Com1.bin", "_Com1.bin"), ("lpt9.x.y", "_lpt9.x.y"),
        ("console.bin", "console.bin"), ("com.bin", "com.bin"), ("com0", "com0"), ("auxiliary", "auxiliary"),
    ]

    @Test("A file's name is safe in the target folder", arguments: files)
    func file(name: String, expected: String?) {
        #expect(SafeName.file(name) == expected)
        guard let clean = SafeName.file(name) else { return }
        #expect(!clean.utf8.contains(UInt8(ascii: "/")))
        #expect(SafeName.file(clean) == clean)
        #expect(!SafeName.isReserved(clean[...]))
    }

    static let longNames: [(String, ending: String)] = [
        (long + ".safetensors", ".safetensors"), (String(repeating: "a", count: 300), ""),
        (String(repeating: "e\u{301}", count: 100) + ".bin", ".bin"),
        (String(repeating: "👨‍👩‍👧‍👦", count: 20) + ".gguf", ".gguf"), ("x." + String(repeating: "y", count: 300), ""),
        (".fetchctl" + String(repeating: "z", count: 300) + ".fetchctl-part", ".fetchctl-part_"),
        (String(repeating: "a", count: 241) + ".fetchctl-part" + String(repeating: "b", count: 99), ".fetchctl-part_"),
    ]

    @Test("A name that is too long is cut before its extension, at a whole character", arguments: longNames)
    func shorten(name: String, ending: String) throws {
        let short = try #require(SafeName.file(name))
        #expect(short.utf8.count <= SafeName.longest)
        #expect(short.utf8.count > SafeName.longest - 32)
        #expect(short.hasSuffix(ending))
        #expect(!short.unicodeScalars.contains("\u{FFFD}"))
    }

    static let paths: [(String, [String])] = [
        ("model.bin", ["model.bin"]), ("unet/model.bin", ["unet", "model.bin"]), ("a/b/c/d", ["a", "b", "c", "d"]),
        (".gitattributes", [".gitattributes"]), ("...", ["..."]), ("..a/b..", ["..a", "b.."]), (" spaced / name ", [" spaced ", " name "]),
        ("模型/файл.bin", ["模型", "файл.bin"]), (String(repeating: "a", count: 255), [String(repeating: "a", count: 255)]),
    ]

    @Test("A path in a repo is kept exactly", arguments: paths)
    func path(path: String, parts: [String]) throws {
        #expect(try SafeName.path(path) == parts)
    }

    static let badPaths = [
        "", "/", "/etc/passwd", "a//b", "a/", "..", ".", "../x", "a/../b", "a/..", "./a", "a/./b", "a\\b", "..\\x", "a\u{0}b", "a\nb",
        "a/\u{1b}[2J",
        "a\u{7f}", "a\u{9b}", "x\u{202e}y", "x\u{2069}y", long, "a/" + String(repeating: "b", count: 256), ".fetchctl", ".fetchctl/x.json",
        "a/.fetchctl/b", "m.fetchctl-part", "m.fetchctl-part.json", "m.fetchctl-part.aria2", "m.fetchctl-part/x",
        // A mark that joins the slash before it makes the two one character, and still a slash to the system.
        "../\u{301}x", "a/../\u{301}x", "a/\u{301}b", "..\u{2f}\u{200d}x", "/\u{301}etc",
    ]

    @Test("A path that leaves its folder, disguises its ending, or uses our names is refused with 73", arguments: badPaths)
    func badPath(path: String) throws {
        do {
            Issue.record("it became \(try SafeName.path(path))")
        } catch {
            #expect(error.code == .cannotCreate)
            #expect(error.message.withoutControlCharacters == error.message)
        }
    }

    static let partials: [(target: String, data: String)] = [
        ("/m/model.bin", "/m/model.bin.fetchctl-part"), ("model.bin", "./model.bin.fetchctl-part"), ("/x", "/x.fetchctl-part"),
        ("/m/" + String(repeating: "a", count: 229), "/m/" + String(repeating: "a", count: 229) + ".fetchctl-part"),
    ]

    @Test("A partial and its companions stand beside the target under public names", arguments: partials)
    func partial(target: String, data: String) {
        let names = PartialNames(target: target)
        #expect(names.data == data)
        #expect(names.control == data + ".aria2")
        #expect(names.record == data + ".json")
    }

    static let longTargets = [230, 231, 255].map { String(repeating: "a", count: $0) } + [String(repeating: "я", count: 127)]

    @Test(
        "A name that would grow too long is a hash instead, the same each time, and a file system takes all of them", arguments: longTargets
    )
    func hashedPartial(name: String) throws {
        let names = PartialNames(target: "/m/" + name)
        #expect(names == PartialNames(target: "/m/" + name))
        #expect(names != PartialNames(target: "/m/b" + name.dropFirst()))
        #expect(Path.parent(names.data) == "/m")
        #expect(Path.name(names.data).utf8.count == 32 + ".fetchctl-part".utf8.count)
        #expect(SafeName.isReserved(Path.name(names.data)[...]))
        let record = FinishedRecord.path(directory: "/m", name: name)
        // Written through a neighbour whose name is one byte longer.
        #expect(Path.name(record).utf8.count <= 254)
    }

    @Test("A finished file's record is under .fetchctl, with the file's own path")
    func finishedRecord() {
        #expect(FinishedRecord.path(directory: "/m", name: "model.bin") == "/m/.fetchctl/model.bin.json")
        #expect(FinishedRecord.path(directory: "/m", name: "unet/model.bin") == "/m/.fetchctl/unet/model.bin.json")
        #expect(FinishedRecord.path(directory: "/", name: "x") == "/.fetchctl/x.json")
        let long = FinishedRecord.path(directory: "/m", name: "unet/" + String(repeating: "a", count: 250))
        #expect(Path.parent(long) == "/m/.fetchctl/unet")
        #expect(Path.name(long).utf8.count == 37)
    }
}
