import Curl
import FetchTypes
import Fleet
import Server
import TestSupport
import Testing
import Torrent
@testable import Swarm

@Suite("The tracker of a member", .timeLimit(.minutes(1))) struct TrackerTests {
    private static let hash = [UInt8](repeating: 0x41, count: 20)

    private func peers(_ count: Int) -> [FleetPeer] {
        (0..<count).map { FleetPeer(rank: $0, address: "10.0.0.\($0 + 1)", controlPort: 7700, dataPort: $0 == 3 ? 0 : 7701) }
    }

    /// The tracker's answer to aria2c: the last bytes of the peers' addresses.
    private func ask(
        _ url: WebURL, _ client: CurlClient, left: Int = 5, hash: String = String(repeating: "A", count: 20)
    ) async throws -> [UInt8]? {
        let query = "?info_hash=\(hash)&peer_id=x&port=7701&uploaded=0&downloaded=0&left=\(left)&compact=1"
        let answer = try await client.send(HTTPRequest(.get, try #require(WebURL(url.string + query))))
        let value = try Bencode(decoding: answer.body)
        guard let bytes = value["peers"]?.bytes else { return nil }
        return stride(from: 3, to: bytes.count, by: 6).map { bytes[$0] }
    }

    @Test(arguments: [("10.0.0.3", "127.0.0.1"), ("fd00::3", "[::1]")])
    func `is reached from the address to which aria2c is bound`(_ interface: String, _ host: String) async throws {
        let client = CurlClient(settings: NetworkSettings(userAgent: "test"))
        defer { client.shutDown() }
        let (server, url) = try await Tracker(interface: interface, port: 7701).start()
        #expect(url.string.hasPrefix("http://\(host):"))
        #expect(try await ask(url, client) == nil, "the segment does not belong to the fleet")
        await server.stop()
    }

    @Test func `gives the members to dial`() async throws {
        let client = CurlClient(settings: NetworkSettings(userAgent: "test"))
        defer { client.shutDown() }
        let tracker = Tracker(interface: "10.0.0.3", port: 7701)
        let (server, url) = try await tracker.start()
        #expect(try await ask(url, client) == nil, "the segment does not belong to the fleet")
        tracker.add(Self.hash, owners: [0])
        tracker.setMembers(peers(6))
        // Rank 2 dials the owner and the higher ranks that have an aria2c.
        #expect(try await ask(url, client) == [1, 5, 6])
        #expect(try await ask(url, client, left: 0) == [])
        #expect(try await ask(url, client, hash: String(repeating: "B", count: 20)) == nil)
        tracker.remove(Self.hash)
        #expect(try await ask(url, client) == nil)
        let other = try #require(WebURL("http://127.0.0.1:\(url.port)/announce?left=1"))
        #expect(try await client.send(HTTPRequest(.get, other)).status == 404)
        await server.stop()
    }
}
