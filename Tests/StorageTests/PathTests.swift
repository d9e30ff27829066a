import Testing
@testable import Storage

@Suite("Paths as text") struct PathTests {
    static let joins: [(String, String, String)] = [
        ("/a", "b", "/a/b"), ("/a/", "b", "/a/b"), ("/", "b", "/b"), ("", "b", "b"), ("/a", "/b", "/b"), ("a", "b/c", "a/b/c"),
    ]

    @Test("A folder and a name are joined with one slash", arguments: joins)
    func join(directory: String, name: String, expected: String) {
        #expect(Path.join(directory, name) == expected)
    }

    static let parts: [(path: String, parent: String, name: String, ending: String)] = [
        ("/a/b.bin", "/a", "b.bin", "bin"), ("/x", "/", "x", ""), ("x", ".", "x", ""), ("a/b", "a", "b", ""), ("/a.d/b", "/a.d", "b", ""),
        ("/a/.hidden", "/a", ".hidden", ""), ("/a/x.tar.GZ", "/a", "x.tar.GZ", "gz"), ("/a/x.", "/a", "x.", ""),
        ("/模型/файл.Bin", "/模型", "файл.Bin", "bin"), ("/a/\u{301}b.c", "/a", "\u{301}b.c", "c"),
    ]

    @Test("A path is split into folder, name and extension", arguments: parts)
    func takeApart(path: String, parent: String, name: String, ending: String) {
        #expect(Path.parent(path) == parent)
        #expect(Array(Path.name(path).utf8) == Array(name.utf8))
        #expect(Path.pathExtension(path) == ending)
    }

    static let absolutes: [(String, String)] = [
        ("/a/b", "/a/b"), ("/a//b/", "/a/b"), ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/../../a", "/a"), ("/", "/"), ("/..", "/"),
        ("/a/b/..", "/a"), ("//a", "/a"),
    ]

    @Test("Dots in a path are resolved without the disk", arguments: absolutes)
    func absolute(path: String, expected: String) {
        #expect(Path.absolute(path) == expected)
    }

    @Test("A relative path starts where this process is")
    func relative() {
        #expect(Path.currentDirectory.hasPrefix("/"))
        #expect(Path.absolute("x/../y") == Path.join(Path.currentDirectory, "y"))
        #expect(Path.absolute("") == Path.currentDirectory)
        #expect(Path.absolute(".") == Path.currentDirectory)
    }

    static let inside: [(String, Bool)] = [
        ("a", true), ("a/b", true), ("a/../b", true), ("a/./b/", true), ("..", false), ("a/../..", false), ("../folder", false),
        ("a/../../folder/x", false), ("/a", false), ("", false), (".", false), ("a/..", false),
    ]

    @Test("A path that leads out of its folder is known by its text", arguments: inside)
    func staysInside(path: String, expected: Bool) {
        #expect(Path.staysInside(path) == expected)
    }
}
