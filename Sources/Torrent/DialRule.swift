/// Decides which members a member connects to, so that exactly one of two members dials. Two connections between them would waste one.
package struct DialRule: Sendable {
    /// In a fleet of more members than this, not all members are connected to each other.
    package static let mostPeers = 50
    /// The number of members that a member of a large fleet connects to, of those that have the segment and of the others.
    package static let sample = 8
    /// A member that has announced itself this many times without completing the segment dials every member.
    package static let announcesByRule = 4

    /// The member's own rank.
    package var rank: Int
    /// Whether it has the whole segment and waits for connections.
    package var isSeeder: Bool
    /// The known ranks of members that have the whole segment. They dial no member.
    package var owners: Set<Int>
    /// The number of its earlier announces.
    package var asked: Int

    package init(rank: Int, isSeeder: Bool, owners: Set<Int>, asked: Int = 0) {
        (self.rank, self.isSeeder, self.owners, self.asked) = (rank, isSeeder, owners, asked)
    }

    /// The ranks to connect to.
    /// - Parameter generator: chooses the members in a large fleet.
    package func ranks(of members: some Sequence<Int>, using generator: inout some RandomNumberGenerator) -> [Int] {
        guard !isSeeder else { return [] }
        let others = Set(members).subtracting([rank])
        let wanted = others.filter { owners.contains($0) || $0 > rank || asked >= Self.announcesByRule }
        guard others.count > Self.mostPeers else { return wanted.sorted() }
        let certain = wanted.intersection(owners).sorted().shuffled(using: &generator).prefix(Self.sample)
        let rest = wanted.subtracting(owners).sorted().shuffled(using: &generator).prefix(Self.sample)
        return (certain + rest).sorted()
    }
}
