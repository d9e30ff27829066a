import Testing

@testable import Torrent

@Suite("The rule which member dials")
struct DialRuleTests {
    private func dials(_ rank: Int, _ members: Range<Int>, owners: Set<Int>, asked: Int = 0) -> Set<Int> {
        var generator = SystemRandomNumberGenerator()
        let rule = DialRule(rank: rank, isSeeder: owners.contains(rank), owners: owners, asked: asked)
        return Set(rule.ranks(of: members, using: &generator))
    }

    @Test(arguments: 1...6)
    func `connects every two members once, unless both have the segment`(count: Int) {
        for pattern in 0..<1 << count {
            let owners = Set((0..<count).filter { pattern >> $0 & 1 == 1 })
            for first in 0..<count {
                for second in first + 1..<max(count, first + 1) {
                    let forward = dials(first, 0..<count, owners: owners).contains(second)
                    let reverse = dials(second, 0..<count, owners: owners).contains(first)
                    let isNeeded = !(owners.contains(first) && owners.contains(second))
                    #expect([forward, reverse].count { $0 } == (isNeeded ? 1 : 0))
                }
            }
        }
    }

    @Test func `dials every member after several announces without success`() {
        #expect(dials(2, 0..<4, owners: [0]) == [0, 3])
        #expect(dials(2, 0..<4, owners: [0], asked: DialRule.announcesByRule) == [0, 1, 3])
        // A member without a rank dials every member.
        #expect(dials(-1, 0..<3, owners: []) == [0, 1, 2])
    }

    @Test func `dials a sample of a large fleet, owners included`() {
        let asked = dials(3, 0..<200, owners: [1])
        #expect(asked.contains(1))
        #expect(asked.count == 1 + DialRule.sample)
        #expect(dials(3, 0..<200, owners: Set(10..<200)).count <= 2 * DialRule.sample)
        #expect(dials(3, 0..<DialRule.mostPeers + 1, owners: [1]).count == DialRule.mostPeers - 2)
    }
}
