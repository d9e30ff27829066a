/// A complete segment of a member, with its hashes.
package struct KeptSegment: Codable, Sendable, Equatable {
    package var segment: Int
    package var hashes: PieceHashes
    /// The rank of the member that hashed it first, where it is known.
    package var hasher: Int?

    package init(segment: Int, hashes: PieceHashes, hasher: Int? = nil) {
        self.segment = segment
        self.hashes = hashes
        self.hasher = hasher
    }
}
