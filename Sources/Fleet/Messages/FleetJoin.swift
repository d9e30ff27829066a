/// A request to join. It repeats all that a coordinator keeps about the member, for one that has just started.
package struct FleetJoin: Codable, Sendable, Equatable {
    /// The rank that the member has or had; nil: any rank.
    package var rank: Int?
    /// The rank was configured: the member accepts no other.
    package var isRankGiven: Bool
    package var address: String
    package var controlPort: Int
    package var dataPort: Int
    /// See ``FleetPeer/mark``.
    package var mark: String
    package var members: Int
    /// The digest of the manifest.
    package var digest: String
    /// Complete segments of the member.
    package var kept: [KeptSegment]
    /// Segments that it fetches from the origin.
    package var held: [Int]
    /// Segments from an earlier run that it verifies now.
    package var checking: [Range<Int>]
    /// Files that the origin does not give to it: other members fetch those.
    package var refused: [Range<Int>]

    package init(
        rank: Int?, isRankGiven: Bool = true, address: String, controlPort: Int, dataPort: Int, members: Int, digest: String,
        kept: [KeptSegment] = [], held: [Int] = [], checking: [Range<Int>] = [], mark: String = "", refused: [Range<Int>] = []
    ) {
        self.rank = rank
        self.isRankGiven = isRankGiven && rank != nil
        self.address = address
        self.controlPort = controlPort
        self.dataPort = dataPort
        self.members = members
        self.digest = digest
        self.kept = kept
        self.held = held
        self.checking = checking
        self.mark = mark
        self.refused = refused
    }
}
