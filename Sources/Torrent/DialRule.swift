/// Which members a member connects to, so that of two exactly one dials: two connections to each other would cost both of them one.
package struct DialRule: Sendable {
    /// A fleet of more members than this is not connected all to all.
    package static let mostPeers = 50
    /// Whom a member of a large fleet connects to besides those that have the segment.
    package static let sample = 8
    /// After so many announces without the last byte the rule does not hold any more: every member is dialled.
    package static let announcesByRule = 4

    /// The member's own rank.
    package var rank: Int
    /// It has the whole segment: others come.
    package var isSeeder: Bool
    /// Ranks of those that have the whole segment, as far as it is known. They dial nobody.
    package var owners: Set<Int>
    /// How often it has asked before.
    package var asked: Int

    package init(rank: Int, isSeeder: Bool, owners: Set<Int>, asked: Int = 0) {
        (self.rank, self.isSeeder, self.owners, self.asked) = (rank, isSeeder, owners, asked)
    }

    /// The ranks to connect to, of all members.
    /// - Parameter generator: chooses where the fleet is large.
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
