import Testing

@testable import ModelSources

@Suite("Spelling suggestions")
struct NearNamesTests {
    private static let names = ["main", "dev", "fp16", "v1.0", "v1.1", "v2.0", "onnx", "refs/pr/1", "refs/convert/parquet"]

    @Test(
        "are those of a slip of the finger",
        arguments: [
            ("Main", ["main"]), ("mian", ["main"]), ("man", ["main"]), ("fp-16", ["fp16"]), ("v1.0.0", ["v1.0"]),
            ("v1.2", ["v1.0", "v1.1"]),
            ("parquet", ["refs/convert/parquet"]), ("something-else", []), ("pr/1", ["refs/pr/1"]),
        ])
    func revisions(wanted: String, first: [String]) {
        #expect(Array(SpellingSuggestions.of(wanted, in: Self.names).prefix(first.count)) == first)
        if first.isEmpty { #expect(SpellingSuggestions.of(wanted, in: Self.names).isEmpty) }
    }

    @Test(
        "count each error once",
        arguments: [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "abcd", 1), ("", "ab", 2), ("kitten", "sitting", 3)])
    func distance(left: String, right: String, errors: Int) {
        #expect(SpellingSuggestions.distance(left, right, limit: 9) == errors)
        #expect(SpellingSuggestions.distance(right, left, limit: 9) == errors)
        if errors > 0 { #expect(SpellingSuggestions.distance(left, right, limit: errors - 1) == nil) }
    }

    @Test(
        "of paths look at the name first",
        arguments: [
            ("config.json", ["sub/config.json", "Config.JSON"]), ("modle.safetensors", ["unet/model.safetensors"]),
            ("tokenizer", ["tokenizer_config.json"]), ("nothing-like-it.bin", []),
        ])
    func paths(wanted: String, near: [String]) {
        let paths = ["sub/config.json", "Config.JSON", "unet/model.safetensors", "tokenizer_config.json", "a/b.txt"]
        #expect(Array(SpellingSuggestions.ofPaths(wanted, in: paths).prefix(near.count)) == near)
        if near.isEmpty { #expect(SpellingSuggestions.ofPaths(wanted, in: paths).isEmpty) }
    }
}
