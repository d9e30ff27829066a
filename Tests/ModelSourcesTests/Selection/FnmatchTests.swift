import Testing

@testable import ModelSources

@Suite("Patterns")
struct FnmatchTests {
    static let paths = [
        "model.safetensors", "unet/model.safetensors", "unet/a/b.bin", "unet", "config.json", "text/config.json", "model-00001-of-3.gguf",
        "a1.bin", "c1.bin", "]y", "xy", "[x", "ace", "aae", "xaxxbxxcx", "aabbc", "", "dir/sub/f", "-", "a", "zx", "]x", "axb", "a.b",
        "ABC",
        "caféx",
    ]

    /// What Python 3's `fnmatchcase` says of the same patterns.
    static let expected: [(pattern: String, matched: [String])] = [
        ("*", paths),
        ("**", paths),
        ("*.safetensors", ["model.safetensors", "unet/model.safetensors"]),
        ("*.safetensor", []),
        ("unet/", ["unet/model.safetensors", "unet/a/b.bin"]),
        ("unet/*", ["unet/model.safetensors", "unet/a/b.bin"]),
        ("unet", ["unet"]),
        ("*/config.json", ["text/config.json"]),
        ("config.json", ["config.json"]),
        ("model-0000?-of-*.gguf", ["model-00001-of-3.gguf"]),
        ("[ab]*.bin", ["a1.bin"]),
        ("[!ab]*.bin", ["unet/a/b.bin", "c1.bin"]),
        ("[]x]y", ["]y", "xy"]),
        ("[x", ["[x"]),
        ("a[b-d]e", ["ace"]),
        ("a[d-b]e", []),
        ("a[!d-b]e", ["ace", "aae"]),
        ("*a*b*c", ["aabbc"]),
        ("", [""]),
        ("dir\\sub/", ["dir/sub/f"]),
        ("[a-]", ["-", "a"]),
        ("[!]]x", ["[x", "zx"]),
        ("a.b", ["a.b"]),
        ("A*", ["ABC"]),
        ("*é?", ["caféx"]),
    ]

    @Test("match what fnmatchcase matches", arguments: expected)
    func matches(pattern: String, matched: [String]) {
        let compiled = Fnmatch(pattern)
        #expect(Self.paths.filter { compiled.matches($0) } == matched)
    }

    @Test func excludingWinsOverIncluding() {
        let include = [Fnmatch("*.json"), Fnmatch("unet/")]
        let exclude = [Fnmatch("*config*")]
        #expect(Fnmatch.selects("unet/a.bin", include: include, exclude: exclude))
        #expect(!Fnmatch.selects("unet/config.json", include: include, exclude: exclude))
        #expect(!Fnmatch.selects("a.bin", include: include, exclude: exclude))
        #expect(Fnmatch.selects("a.bin", include: [], exclude: exclude))
    }

    @Test func manyStarsStillEnd() {
        #expect(!Fnmatch(String(repeating: "*a", count: 40) + "b").matches(String(repeating: "a", count: 4000)))
    }
}
