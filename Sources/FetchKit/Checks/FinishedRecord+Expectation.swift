package import FetchTypes
package import Partials

extension FinishedRecord {
    /// What the bytes must hash to: the SHA-256 found when they came, else what was published.
    package var expectation: PublishedDigest? {
        sha256.flatMap { PublishedDigest(.sha256, hex: $0) } ?? published
    }

    /// What the source published of the bytes.
    package var published: PublishedDigest? {
        guard let digest, let colon = digest.firstIndex(of: ":"),
            let algorithm = PublishedDigest.Algorithm(rawValue: String(digest[..<colon]))
        else { return nil }
        return PublishedDigest(algorithm, hex: String(digest[digest.index(after: colon)...]))
    }
}
