import ArgumentParser
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Testing
import Transfer

@testable import fetchctl

@Suite("A request to add") struct AddRequestTests {
    private static func read(
        _ words: [String], _ settings: Settings = Settings(), input: String? = nil
    ) throws -> AddRequest {
        let typed = try AddOptions.parse(words)
        return try AddRequest(typed, settings: settings, endpoints: try ServiceEndpoints(environment: [:]), readInput: { _ in input })
    }

    /// What matters of a request, for tables.
    private static func words(_ request: FetchRequest) -> String {
        var words = [request.reference.shown]
        if let directory = request.directory { words.append("-d \(directory)") }
        if let out = request.out { words.append("-o \(out)") }
        if let digest = request.sha256 { words.append("sha256 \(digest.hex.prefix(4))") }
        if request.isOptional { words.append("optional") }
        if request.layout != .plain { words.append(request.layout.rawValue) }
        if let kind = request.kind { words.append("type \(kind.rawValue)") }
        words += request.mirrors.map { "mirror \($0.shown)" } + request.alternatives.map { "or \($0.shown)" }
        words += request.sidecars.map { "sidecar \($0.rawValue)" }
        let selection = request.selection
        words += selection.include.map { "+\($0)" } + selection.exclude.map { "-\($0)" }
        for (name, value) in [
            ("file", selection.file), ("format", selection.format), ("fp", selection.fp), ("size", selection.size),
            ("quant", selection.quant), ("revision", selection.revision),
        ] {
            if let value { words.append("\(name) \(value)") }
        }
        if selection.allowsUnsafe { words.append("unsafe") }
        words += selection.headers.map { "header \($0.name)" }
        return words.joined(separator: ", ")
    }

    static let hash = String(repeating: "ab", count: 32)

    static let lines: [(words: [String], request: String)] = [
        (["civitai:1"], "civitai:1"),
        (["civitai:1", "-dmodels", "-on.bin"], "civitai:1, -d models, -o n.bin"),
        (["hf:o/n", "--layout", "hf-cache", "--revision", "r"], "hf:o/n, hf-cache, revision r"),
        (["hf:o/n", "--include", "*.a", "--include", "b", "--exclude", "c"], "hf:o/n, +*.a, +b, -c"),
        (["https://h.example/m", "--sha256", hash], "https://h.example/m, sha256 abab"),
        (["https://h.example/m", "--mirror", "https://m.example/m"], "https://h.example/m, mirror https://m.example/m"),
        (["civitai:1", "--any-of", "civitai:2", "--any-of", "hf:o/n/f"], "civitai:1, or civitai:2, or hf:o/n/f"),
        (["civitai:1", "--optional", "--allow-unsafe"], "civitai:1, optional, unsafe"),
        (["civitai:1", "--header", "X-A: b"], "civitai:1, header X-A"),
        (["civitai:1", "--only", "civitai"], "civitai:1"),
        (["civitai:1", "--fp", "fp16", "--any-of", "hf:o/n/f"], "civitai:1, or hf:o/n/f, fp fp16"),
        (["o/n:Q4_K_M", "--no-mmproj"], "o/n:Q4_K_M"),
        (["o/n", "--quant", "Q4_K_M", "--mmproj"], "o/n, quant Q4_K_M"),
        (["o/n", "--pick", "--mmproj"], "o/n"),
    ]

    @Test("takes what the options of a line say", arguments: lines)
    func line(words: [String], expected: String) throws {
        let read = try Self.read(words)
        #expect(read.requests.map(Self.words) == [expected])
    }

    static let inputs: [(text: String, requests: [String])] = [
        ("civitai:1\ncivitai:2\n", ["civitai:1, -d base", "civitai:2, -d base"]),
        ("civitai:1\n  dir=d\n  out=o\n", ["civitai:1, -d d, -o o"]),
        ("https://h.example/m\thttps://m.example/m\n", ["https://h.example/m, -d base, mirror https://m.example/m"]),
        ("https://h.example/m\n  sha256=\(hash)\n", ["https://h.example/m, -d base, sha256 abab"]),
        ("https://h.example/m\n  checksum=sha-256=\(hash)\n", ["https://h.example/m, -d base, sha256 abab"]),
        ("civitai:1\n  optional=true\n  allow-unsafe=false\n", ["civitai:1, -d base, optional"]),
        ("hf:o/n\n  include=a\n  exclude=b\n  revision=r\n", ["hf:o/n, -d base, +a, -b, revision r"]),
        (
            "civitai:1\n  file=f\n  format=g\n  fp=fp16\n  size=full\n  quant=q\n",
            ["civitai:1, -d base, file f, format g, fp fp16, size full, quant q"]
        ),
        ("civitai:1\n  layout=comfyui\n  type=lora\n", ["civitai:1, -d base, comfyui, type lora"]),
        ("civitai:1\n  any-of=civitai:2\n  mirror=civitai:3\n", ["civitai:1, -d base, mirror civitai:3, or civitai:2"]),
        ("civitai:1\n  header=X-A: b\n", ["civitai:1, -d base, header X-A"]),
    ]

    @Test("takes the options of an input file's lines, which win over the command line's", arguments: inputs)
    func input(text: String, expected: [String]) throws {
        let read = try Self.read(["-i", "list.txt", "-d", "base"], input: text)
        #expect(read.requests.map(Self.words) == expected)
    }

    @Test("lets the line win over the settings, and the settings over the defaults")
    func options() throws {
        var settings = Settings()
        (settings.jobs, settings.connections, settings.maxRetries) = (3, 4, 7)
        settings.limitRate = 1000
        let plain = try Self.read(["civitai:1"], settings)
        #expect(plain.options.jobs == 3)
        #expect(plain.options.connections == 4)
        #expect(plain.options.retry.limit == 7)
        #expect(plain.limitRate == 1000)
        #expect(plain.options.verifies)
        let line = try Self.read(
            [
                "civitai:1", "-j8", "-x16", "--retries", "0", "--limit-rate", "2K", "--engine", "builtin", "--timeout", "9", "--wait", "5",
                "--no-verify", "--force", "--dry-run", "--no-space-check", "--stop-with-process", "77",
            ], settings)
        #expect(line.options.jobs == 8)
        #expect(line.options.connections == 16)
        #expect(line.options.retry.limit == 0)
        #expect(line.limitRate == 2048)
        #expect(line.options.engine == .builtin)
        #expect(line.options.timeout == 9 && line.options.largeFileTimeout == 9)
        #expect(line.options.wait == 5)
        #expect(!line.options.verifies && line.options.force && line.options.dryRun && !line.options.checksSpace)
        #expect(line.stopWithProcess == 77)
    }

    static let refused: [(words: [String], input: String?, says: String)] = [
        ([], nil, "nothing to fetch was named."),
        (["-i", "x"], "\n", "nothing to fetch was named."),
        (["-i", "x"], nil, "the input file x cannot be read."),
        (["civitai:1", "-o", ""], nil, "--out is empty."),
        (["civitai:1", "-d", ""], nil, "--dir is empty."),
        (["civitai:1", "civitai:2", "-o", "n"], nil, "--out names one file, but 2 references were given."),
        (["civitai:1", "civitai:2", "--sha256", hash], nil, "--sha256 is for one file, but 2 references were given."),
        (["civitai:1", "civitai:2", "--any-of", "civitai:3"], nil, "--any-of is for one reference, but 2 were given."),
        (["civitai:1", "civitai:2", "--mirror", "civitai:3"], nil, "--mirror is for one file, but 2 references were given."),
        (["civitai:1", "--only", "hf"], nil, "civitai:1 is of the source civitai."),
        (["civitai:1", "--only", "civitai", "--any-of", "hf:o/n"], nil, "hf:o/n is of the source hf."),
        (["-i", "x"], "civitai:1\n  rate=5\n", "x, line 2: rate= is not an option of one file."),
        (["-i", "x"], "civitai:1\n  checksum=md5=ab\n", "x, line 2: checksum=md5=ab is not usable."),
        (["-i", "x", "--only", "hf"], "hf:o/n\ncivitai:1\n", "x, line 2: civitai:1 is of the source civitai."),
        (["hf:o/n/f", "--layout", "hf-cache", "-o", "n"], nil, "--out"),
        (["hf:o/n", "--format", "GGUF"], nil, "--format has nothing to choose from."),
        (["hf:o/n", "--fp", "fp16"], nil, "--fp has nothing to choose from."),
        (["o/n", "https://h.example/m", "--size", "full"], nil, "--size has nothing to choose from."),
        (["-i", "x"], "hf:o/n\n  fp=fp16\n", "--fp has nothing to choose from."),
        (["hf:o/n", "--file", "a.bin"], nil, "--file has nothing to choose from."),
        (["hf:o/n/f.gguf", "--quant", "Q4_K_M"], nil, "--quant has nothing to choose from."),
        (["hf:o/n", "--mmproj"], nil, "--mmproj has nothing to choose from."),
        (["hf:o/n/f.gguf", "--no-mmproj"], nil, "--no-mmproj has nothing to choose from."),
    ]

    @Test("refuses impossible combinations with 64", arguments: refused)
    func refuses(words: [String], input: String?, says: String) throws {
        let failure = try #require(throws: Failure.self) { try Self.read(words, input: input) }
        #expect(failure.code == .usage)
        #expect(failure.message.hasPrefix(says) || says == "--out" && failure.message.contains(says), "\(failure.message)")
        #expect(failure.hint?.isEmpty == false)
    }
}
