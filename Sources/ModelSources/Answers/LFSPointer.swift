internal import FetchTypes

/// What git keeps in place of a file that Git LFS has: `version`, `oid sha256:…`, `size`, a line each
/// (github.com/git-lfs/git-lfs, docs/spec.md).
struct LFSPointer: Sendable {
    var digest: PublishedDigest
    var size: ByteCount

    /// Bytes that a pointer has at most.
    static let longest: Int64 = 1024

    /// - Returns: nil when the bytes are no pointer.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8), bytes.count <= Self.longest else { return nil }
        var values: [Substring: Substring] = [:]
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let oid = values["oid"], oid.hasPrefix("sha256:"), let digest = PublishedDigest(.sha256, hex: String(oid.dropFirst(7))),
            let size = values["size"].flatMap({ ByteCount(decimal: $0) })
        else { return nil }
        self.digest = digest
        self.size = size
    }
}
