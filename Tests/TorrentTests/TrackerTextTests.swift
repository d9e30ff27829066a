import FetchTypes
import Testing

@testable import Torrent

@Suite("What a tracker is told and answers")
struct TrackerTextTests {
    /// As aria2c 1.36 sends it.
    static let query =
        "info_hash=%01%02%03abcdefghijk%fe%FF-._~&peer_id=A2-1-36-0-%ab&uploaded=0&downloaded=0&left=3145728&compact=1&key=abc&numwant=50"
        + "&no_peer_id=1&port=7703&event=started&requirecrypto=1"

    @Test func `is read as aria2c sends it`() throws {
        let announce = try #require(Announce(query: Self.query))
        #expect(announce.infoHash == [1, 2, 3] + Array("abcdefghijk".utf8) + [0xfe, 0xff] + Array("-._~".utf8))
        #expect(announce.port == 7703)
        #expect(announce.left == 3_145_728)
        #expect(!announce.isStopped)
        #expect(Announce(query: Self.query.replacing("started", with: "stopped"))?.isStopped == true)
    }

    @Test(arguments: [
        ("left=3145728", "left=-1"), ("left=3145728", "left=99999999999999999"), ("&port=7703", ""), ("port=7703", "port=0"),
        ("port=7703", "port=70000"), ("%01", ""), ("%01", "%0"), ("%01", "%zz"), ("&compact=1", "&port=7704"), ("&compact=1", "&compact"),
        ("key=abc", "key=" + String(repeating: "a", count: 5000)),
    ])
    func `is refused where a field is missing, twice there, or out of bounds`(part: String, other: String) {
        #expect(Announce(query: Self.query.replacing(part, with: other)) == nil)
    }

    @Test func `names others in the compact forms`() throws {
        let peers = [
            AnnounceAnswer.Peer(address: IPAddress(ipv4: 0x0a00_0002), port: 7701),
            AnnounceAnswer.Peer(address: IPAddress(groups: [0xfd00, 0, 0, 0, 0, 0, 0, 1]), port: 258),
        ]
        let answer = try Bencode(decoding: AnnounceAnswer.peers(peers))
        #expect(answer["interval"]?.integer == 1)
        #expect(answer["peers"]?.bytes == [10, 0, 0, 2, 0x1e, 0x15])
        #expect(answer["peers6"]?.bytes == [0xfd, 0] + [UInt8](repeating: 0, count: 13) + [1, 1, 2])
        #expect(try Bencode(decoding: AnnounceAnswer.failure("no"))["failure reason"] == .text("no"))
    }
}

@Suite("Who dials whom")
struct DialRuleTests {
    private func dials(_ rank: Int, _ members: Range<Int>, owners: Set<Int>, asked: Int = 0) -> Set<Int> {
        var generator = SystemRandomNumberGenerator()
        let rule = DialRule(rank: rank, isSeeder: owners.contains(rank), owners: owners, asked: asked)
        return Set(rule.ranks(of: members, using: &generator))
    }

    @Test(arguments: 1...6)
    func `connects every two of which one lacks the segment, once`(count: Int) {
        for pattern in 0..<1 << count {
            let owners = Set((0..<count).filter { pattern >> $0 & 1 == 1 })
            for first in 0..<count {
                for second in first + 1..<max(count, first + 1) {
                    let there = dials(first, 0..<count, owners: owners).contains(second)
                    let back = dials(second, 0..<count, owners: owners).contains(first)
                    let isNeeded = !(owners.contains(first) && owners.contains(second))
                    #expect([there, back].count { $0 } == (isNeeded ? 1 : 0))
                }
            }
        }
    }

    @Test func `asks everybody when the last byte does not come`() {
        #expect(dials(2, 0..<4, owners: [0]) == [0, 3])
        #expect(dials(2, 0..<4, owners: [0], asked: DialRule.announcesByRule) == [0, 1, 3])
        // Of a member that nobody has told its rank, everybody is dialled.
        #expect(dials(-1, 0..<3, owners: []) == [0, 1, 2])
    }

    @Test func `asks some in a large fleet, and those that have it`() {
        let asked = dials(3, 0..<200, owners: [1])
        #expect(asked.contains(1))
        #expect(asked.count == 1 + DialRule.sample)
        #expect(dials(3, 0..<200, owners: Set(10..<200)).count <= 2 * DialRule.sample)
        #expect(dials(3, 0..<DialRule.mostPeers + 1, owners: [1]).count == DialRule.mostPeers - 2)
    }
}
