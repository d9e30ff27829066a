import FetchTypes
import Testing

@testable import Torrent

@Suite("A tracker's announces and answers")
struct AnnounceTests {
    /// A query that aria2c 1.36 sent.
    static let query =
        "info_hash=%01%02%03abcdefghijk%fe%FF-._~&peer_id=A2-1-36-0-%ab&uploaded=0&downloaded=0&left=3145728&compact=1&key=abc&numwant=50"
        + "&no_peer_id=1&port=7703&event=started&requirecrypto=1"

    @Test func `are read from a query of aria2c`() throws {
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
    func `are refused where a field is missing, repeated or out of bounds`(part: String, other: String) {
        #expect(Announce(query: Self.query.replacing(part, with: other)) == nil)
    }

    @Test func `give peers in the compact forms`() throws {
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
