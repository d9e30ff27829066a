import Aria2
import Crypto
import Curl
import FetchTypes
import Fleet
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing
import Torrent
@testable import Swarm

/// The bytes that a capture of the traffic between two members contains.
@Suite("The stream between members", .requiresAria2c, .timeLimit(.minutes(1))) struct EncryptionTests {
    /// Every piece of the file contains this text many times.
    private static let marker = Array("a marker that nobody else would write: 0123456789".utf8)
    private static let length = 1 << 20

    /// Forwards connections to a port, and records their bytes.
    private final class Wire: Sendable {
        let port: UInt16
        private let listener: Int32
        private let seen = Mutex<[UInt8]>([])

        init(to target: UInt16, host: String) {
            let descriptor = Self.socket()
            _ = Self.with(host, 0) { bind(descriptor, $0, $1) }
            _ = listen(descriptor, 16)
            listener = descriptor
            port = Self.port(of: descriptor)
            Thread.detachNewThread { [self] in
                defer { close(descriptor) }
                while case let client = accept(descriptor, nil, nil), client >= 0 {
                    let server = Self.socket()
                    guard Self.with(host, target, { connect(server, $0, $1) }) == 0 else {
                        close(client)
                        close(server)
                        continue
                    }
                    for (from, to) in [(client, server), (server, client)] {
                        Thread.detachNewThread { [self] in pump(from, to) }
                    }
                }
            }
        }

        var bytes: Data { seen.withLock { Data($0) } }
        func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

        private func pump(_ from: Int32, _ to: Int32) {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = read(from, &buffer, buffer.count), count > 0 {
                seen.withLock { $0 += buffer[..<count] }
                guard send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
            }
            shutdown(from, Int32(SHUT_RDWR))
            shutdown(to, Int32(SHUT_RDWR))
        }

        private static func socket() -> Int32 { Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0) }

        private static func with(_ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            inet_pton(AF_INET, host, &address.sin_addr)
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
        }

        private static func port(of descriptor: Int32) -> UInt16 {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            _ = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
            }
            return UInt16(bigEndian: address.sin_port)
        }
    }

    /// One member's aria2c, with its tracker.
    private func engine(_ interface: String, _ client: CurlClient, encrypts: Bool) async throws -> (PeerEngine, Tracker, PeerPort) {
        let port = try PeerPort.take(on: interface)
        let tracker = Tracker(interface: interface, port: port.number)
        let (_, url) = try await tracker.start()
        var launch = Aria2Launch(
            executable: try await Aria2OnPath.executable(), userAgent: "test", environment: ProcessInfo.processInfo.environment)
        launch.peers = Aria2PeerOptions(interface: interface, port: port.number, tracker: url, encrypts: encrypts)
        let engine = PeerEngine(launch: launch, send: { try await client.send($0) })
        try await engine.start()
        return (engine, tracker, port)
    }

    /// Lets one member get a segment from another, and returns the bytes on the wire.
    private func exchange(encrypts: Bool) async throws -> Data {
        let scratch = try Scratch()
        let client = CurlClient(settings: NetworkSettings(userAgent: "test"))
        defer { client.shutDown() }
        let host = "127.\(Int.random(in: 1...250)).\(Int.random(in: 1...250))."
        let content = Array((0...Self.length / Self.marker.count).flatMap { _ in Self.marker }.prefix(Self.length))
        let torrent = try #require(
            SegmentTorrent(
                name: "00000", fileLength: Int64(Self.length), pieceLength: Int64(Self.length), segment: 0..<Int64(Self.length),
                hashes: [Array(Insecure.SHA1.hash(data: content))], salt: [1, 2, 3]))
        let folders = try ["has", "lacks"].map { name in
            try scratch.makeFolder(name)
            return scratch(name)
        }
        try Data(content).write(to: URL(fileURLWithPath: folders[0] + "/00000"))
        try Data(count: Self.length).write(to: URL(fileURLWithPath: folders[1] + "/00000"))
        try Data(torrent.control { _ in false }.encoded).write(to: URL(fileURLWithPath: folders[1] + "/00000.aria2"))
        let (seeder, seederTracker, seederPort) = try await engine(host + "1", client, encrypts: encrypts)
        let (leecher, leecherTracker, leecherPort) = try await engine(host + "2", client, encrypts: encrypts)
        let wire = Wire(to: seederPort.number, host: host + "1")
        defer { wire.stop() }
        for tracker in [seederTracker, leecherTracker] { tracker.add(torrent.infoHash, owners: [0]) }
        leecherTracker.setMembers([
            FleetPeer(rank: 0, address: host + "1", controlPort: 1, dataPort: Int(wire.port)),
            FleetPeer(rank: 1, address: host + "2", controlPort: 1, dataPort: Int(leecherPort.number)),
        ])
        _ = try await seeder.add(0, torrent, folder: folders[0], name: "00000")
        await seeder.offer(0)
        let statuses = try await leecher.add(0, torrent, folder: folders[1], name: "00000")
        _ = await statuses.first { $0.state?.isFinal == true || $0.bitfield?.count == 1 && $0.bitfield?[0] == true }
        await leecher.stop()
        await seeder.stop()
        #expect(try Data(contentsOf: URL(fileURLWithPath: folders[1] + "/00000")) == Data(content))
        return wire.bytes
    }

    @Test func `contains no plain bytes of a file with encryption`() async throws {
        let seen = try await exchange(encrypts: true)
        #expect(seen.count >= Self.length)
        #expect(seen.range(of: Data(Self.marker)) == nil)
    }

    @Test func `is only obfuscated without encryption`() async throws {
        let seen = try await exchange(encrypts: false)
        // The BitTorrent handshake (BEP 3) follows an encryption handshake.
        #expect(!seen.starts(with: Data("\u{13}BitTorrent protocol".utf8)))
        #expect(seen.range(of: Data(Self.marker)) != nil)
    }
}
