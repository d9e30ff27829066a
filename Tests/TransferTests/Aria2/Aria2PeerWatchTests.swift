import Aria2
import Curl
import FetchTypes
import Testing
@testable import Transfer

@Suite("Addresses that aria2c may connect to") struct Aria2PeerWatchTests {
    static let peers: [(address: String, port: UInt16, isAllowed: Bool)] = [
        ("93.184.216.34", 443, true), ("2606:4700::1", 443, true), ("127.0.0.1", 443, false), ("10.0.0.1", 80, false), ("::1", 80, false),
        ("127.0.0.53", 53, true), ("127.0.0.1", 1, true), ("127.0.0.2", 1, false), ("192.168.1.1", 8080, true), ("64:ff9b::1", 443, false),
    ]

    @Test("is the internet, name servers, nobody, and where some job may go", arguments: peers)
    func peer(peer: (address: String, port: UInt16, isAllowed: Bool)) throws {
        let reach = Aria2PeerWatch.Reach()
        reach.begin(Aria2GID(1), port: 8080)
        reach.beginWatched(Aria2GID(2))
        let address = try #require(IPAddress(numeric: peer.address))
        #expect(reach.allows(Aria2Peer(address: address, port: peer.port)) == peer.isAllowed)
    }

    @Test("ends with the job")
    func ended() throws {
        let reach = Aria2PeerWatch.Reach()
        reach.begin(Aria2GID(1), port: 8080)
        reach.beginWatched(Aria2GID(2))
        #expect(reach.watchedCount == 1)
        for number in 1...2 { reach.end(Aria2GID(UInt64(number))) }
        #expect(reach.watchedCount == 0)
        #expect(!reach.allows(Aria2Peer(address: IPAddress(ipv4: 0x0A00_0001), port: 8080)))
    }
}
