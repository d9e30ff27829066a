import FetchTypes
import ModelReference
import ModelSources
import Testing

@testable import FetchKit

/// A locator that gives the same link each time.
struct FixedLocator: ByteLocator {
    var host = "files.example"
    var link = ByteLink(url: WebURL("https://files.example/x")!)
    func locate() async throws -> ByteLink { link }
}

/// A file at a source, as resolving would give it.
func sourceFile(
    _ path: String = "model.bin", identity: String = "hf:org/name/model.bin", size: Int64? = nil, digest: PublishedDigest? = nil,
    etag: String? = nil
) -> SourceFile {
    SourceFile(
        identity: identity, pinned: "\(identity)@abc", path: path, size: size.flatMap { ByteCount($0) }, digest: digest, etag: etag,
        locator: FixedLocator())
}

/// A file with its place.
func plannedFile(
    _ name: String = "model.bin", in directory: String, file: SourceFile = sourceFile(), source: SourceName = .huggingFace,
    digest: PublishedDigest? = nil
) -> PlannedFile {
    PlannedFile(
        tag: FileTag(ref: "hf:org/name", path: Path.join(directory, name)), file: file, source: source, directory: directory, name: name,
        digest: digest ?? file.digest)
}

func parsed(_ shown: String = "https://files.example/model.bin") -> ParsedReference {
    ParsedReference(.direct(WebURL("https://files.example/model.bin")!), shown: shown)
}

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The failure that the closure ends with.
func failure<Result>(_ body: () async throws -> Result) async throws -> Failure {
    do {
        _ = try await body()
    } catch let failure as Failure {
        return failure
    }
    throw Unexpected(what: "nothing failed")
}

struct Unexpected: Error { let what: String }
