extension HubRepository {
    /// The catalogue. `practice/one` has the configured size.
    static func practice(_ configuration: HubConfiguration) -> [HubRepository] {
        [
            HubRepository("practice/tiny", files: tiny),
            HubRepository("practice/one", files: [weights("model.safetensors", configuration.modelSize, 101)]),
            HubRepository(
                "practice/gated", access: .gated, files: [text("README.md", "# gated\n"), weights("model.safetensors", 1 << 20, 102)]),
            HubRepository(
                "practice/private", access: .private,
                files: [text("README.md", "# private\n"), weights("model.safetensors", 1 << 20, 103)]),
            HubRepository("practice/many", files: many),
            HubRepository("practice/disabled", access: .disabled, files: [weights("model.safetensors", 1 << 20, 104)]),
            HubRepository("practice/renamed", access: .renamed(to: "practice/tiny"), files: []),
            HubRepository("practice/names", files: odd),
            HubRepository("practice/sharded", files: sharded, branches: ["feature/a"]),
            HubRepository(
                "gpt-practice", files: [text("config.json", "{\"model_type\": \"gpt\"}\n"), weights("model.safetensors", 1 << 20, 105)]),
            HubRepository(
                "practice/data", kind: .datasets,
                files: [
                    text("README.md", "# data\n"), File("data/train.parquet", PracticeFile(kind: .bytes, size: 2 << 20, seed: 106)),
                    text("data/index.json", "[1, 2, 3]\n"),
                ]),
            HubRepository("practice/space", kind: .spaces, files: [text("README.md", "# space\n"), text("app.py", "print('practice')\n")]),
        ] + (configuration.hugeFiles > 0 ? [HubRepository("practice/huge", files: huge(configuration.hugeFiles))] : [])
    }

    // Made once for all hubs of a process: tests start them by the hundred.
    private static let tiny: [File] = [
        text("README.md", "---\nlicense: mit\n---\n# tiny\nA repository to practise with.\n"),
        text("config.json", "{\n  \"model_type\": \"practice\",\n  \"hidden_size\": 8\n}\n"),
        text("tokenizer.json", "{\"version\": \"1.0\", \"tokens\": [\(Array(0..<2000).map(String.init).joined(separator: ", "))]}\n"),
        weights("model.safetensors", 8 << 20, 100),
        text("sub/dir/file.txt", "a file two folders down\n"),
    ]

    /// More than two pages of a listing.
    private static let many: [File] = (0..<2500).map { number in
        let digits = String(number)
        let name = String(repeating: "0", count: 4 - digits.count) + digits
        return text("part-\(name.prefix(1))/\(name).txt", "file \(name)\n")
    }

    /// As many small files as asked for, of a few contents, in order.
    private static func huge(_ count: Int) -> [File] {
        let contents = (0..<10).map { PracticeFile(text: "content \($0)\n") }
        return (0..<count).map { number in
            let digits = String(number)
            let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
            return File("data-of-some-length/part-\(name.prefix(3))/\(name).txt", contents[number % 10])
        }
    }

    /// Paths that have to be percent-encoded.
    private static let odd: [File] = [
        text("a file with spaces.txt", "spaces\n"), text("ümläut/日本語.txt", "letters\n"), text("100%.txt", "per cent\n"),
        text("a+b&c=d#e?f.txt", "signs\n"), weights("weights (fp16) [v1].safetensors", 64 << 10, 107),
    ]

    /// Two shards with their index, and in a folder an index that names a third one, which is missing.
    private static let sharded: [File] = [
        text("config.json", "{\"model_type\": \"practice\"}\n"), index("", of: ["00001-of-00002", "00002-of-00002"]),
        weights("model-00001-of-00002.safetensors", 256 << 10, 108), weights("model-00002-of-00002.safetensors", 256 << 10, 109),
        index("broken/", of: ["00001-of-00002", "00002-of-00002"]), weights("broken/model-00001-of-00002.safetensors", 64 << 10, 110),
    ]

    private static func index(_ folder: String, of shards: [String]) -> File {
        let weights = shards.enumerated().map { "    \"layer.\($0.offset)\": \"model-\($0.element).safetensors\"" }
        let map = weights.joined(separator: ",\n")
        return text(
            folder + "model.safetensors.index.json", "{\n  \"metadata\": {\"total_size\": 1},\n  \"weight_map\": {\n\(map)\n  }\n}\n")
    }

    private static func text(_ path: String, _ text: String) -> File { File(path, PracticeFile(text: text)) }

    private static func weights(_ path: String, _ size: Int64, _ seed: UInt64) -> File {
        File(path, PracticeFile(kind: .safetensors, size: size, seed: seed))
    }
}
