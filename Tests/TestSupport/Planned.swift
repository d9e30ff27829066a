package import FetchTypes
package import ModelReference
package import ModelSources
import Testing
import Events
import Storage
package import Transfer

/// A locator that gives the same link each time.
package struct FixedLocator: ByteLocator {
    package var host = "files.example"
    package var link = ByteLink(url: WebURL("https://files.example/x")!)

    package init(host: String = "files.example", link: ByteLink = ByteLink(url: WebURL("https://files.example/x")!)) {
        self.host = host
        self.link = link
    }

    package func locate() async throws -> ByteLink { link }
}

/// A file at a source, as resolving would give it.
package func sourceFile(
    _ path: String = "model.bin", identity: String = "hf:org/name/model.bin", size: Int64? = nil, digest: PublishedDigest? = nil,
    etag: String? = nil
) -> SourceFile {
    SourceFile(
        identity: identity, pinned: "\(identity)@abc", path: path, size: size.flatMap { ByteCount($0) }, digest: digest, etag: etag,
        locator: FixedLocator())
}

/// A file with its place.
package func plannedFile(
    _ name: String = "model.bin", in directory: String, file: SourceFile = sourceFile(), source: SourceName = .huggingFace,
    digest: PublishedDigest? = nil
) -> PlannedFile {
    PlannedFile(
        tag: FileTag(ref: "hf:org/name", path: Path.join(directory, name)), file: file, source: source, directory: directory, name: name,
        digest: digest ?? file.digest)
}

package func parsed(_ shown: String = "https://files.example/model.bin") -> ParsedReference {
    ParsedReference(.direct(WebURL("https://files.example/model.bin")!), shown: shown)
}

/// The failure that the closure ends with.
package func failure<Result>(_ body: () async throws -> Result) async throws -> Failure {
    do {
        _ = try await body()
    } catch let failure as Failure {
        return failure
    }
    throw Unexpected(what: "nothing failed")
}

package struct Unexpected: Error {
    package let what: String

    package init(what: String) { self.what = what }
}

/// A small file with its digests.
package enum Hello {
    package static let content = Array("hello\n".utf8)
    package static let sha256 = PublishedDigest(.sha256, hex: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")!
    package static let gitSHA1 = PublishedDigest(.gitSHA1, hex: "ce013625030ba8dba906f756967f9e9ca394464a")!
}
