import FetchTypes
import Testing

@testable import Aria2

@Suite("aria2c's peers")
struct PeerTests {
    private static let four = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 100 0 0 10 0
           1: 0100007F:1F90 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000     0        0 12346 1 0000000000000000 20 4 0 10 -1
           2: 0100000A:C350 22D8B85D:01BB 02 00000000:00000000 00:00000000 00000000     0        0 12347 1 0000000000000000 20 4 0 10 -1
        protocolViolation
           3: 0100000A:C350 22D8B85D 01 00000000:00000000 00:00000000 00000000     0        0 12348 1 0000000000000000 20 4 0 10 -1
        """
    private static let six = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 00000000000000000000000001000000:C350 00470626000000000000000001000000:0050 01 00000000:00000000 00:00000000 00000000     0        0 777 1 0000000000000000 20 4 0 10 -1
        """

    @Test func `are read from the kernel's tables, listening sockets left out`() {
        let four = Aria2Connection.all(in: Self.four)
        #expect(four.map(\.inode) == ["12346", "12347"])
        #expect(four.map(\.localPort) == [8080, 50000])
        #expect(four[1].peer == Aria2Peer(address: IPAddress(ipv4: 0x5DB8_D822), port: 443))
        let six = Aria2Connection.all(in: Self.six)
        #expect(six.map(\.peer) == [Aria2Peer(address: IPAddress(groups: [0x2606, 0x4700, 0, 0, 0, 0, 0, 1]), port: 80)])
    }

    @Test(.requiresAria2c) func `are those whom it fetches from, without those who call it`() async throws {
        let server = FileServer(content: noise(4 << 20), behaviour: .hold(after: 1 << 10))
        let scratch = try Scratch()
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            #expect(daemon.peers == [])
            daemon.jobBegan()
            defer { daemon.jobEnded() }
            let gid = Aria2GID.random()
            let options = try Aria2JobOptions(
                gid: gid, directory: scratch.path, fileName: "f", connections: 2, pieceLength: 1 << 20)
            try await daemon.rpc.addUri([try #require(WebURL(server.url))], options)
            _ = try await daemon.status(of: gid) { $0.connections ?? 0 > 0 }
            #expect(daemon.peers == [Aria2Peer(address: IPAddress(ipv4: 0x7f00_0001), port: server.port)])
        }
    }
}
