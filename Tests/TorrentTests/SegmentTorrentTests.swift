import Aria2
import Crypto
import FetchTypes
import Foundation
import TestSupport
import Testing

@testable import Torrent

@Suite("The torrent of a segment")
struct SegmentTorrentTests {
    static let piece: Int64 = 1 << 20
    static let size: Int64 = 10 << 20 | 77
    static let salt = [UInt8](repeating: 9, count: 32)

    static func torrent(
        _ segment: Range<Int64>, name: String = "00003", size: Int64 = size, hashes: Int? = nil, salt: [UInt8] = salt
    ) -> SegmentTorrent? {
        let count = hashes ?? Int((Int64(segment.count) + piece - 1) / piece)
        return SegmentTorrent(
            name: name, fileLength: size, pieceLength: piece, segment: segment,
            hashes: (0..<count).map { Array(Insecure.SHA1.hash(data: [UInt8($0)])) }, salt: salt)
    }

    @Test func `describes the whole file, hashes its own pieces only, and is private`() throws {
        let torrent = try #require(Self.torrent(4 << 20..<7 << 20))
        let file = try Bencode(decoding: torrent.encoded)
        let info = try #require(file["info"])
        #expect(file["announce"] == nil)
        #expect(info["length"]?.integer == Self.size)
        #expect(info["piece length"]?.integer == Self.piece)
        #expect(info["private"]?.integer == 1)
        #expect(info["salt"]?.bytes == Self.salt)
        let pieces = try #require(info["pieces"]?.bytes)
        #expect(pieces.count == 11 * 20)
        #expect(Array(pieces[80..<140]) == Array(torrent.hashes.joined()))
        #expect(pieces[..<80].allSatisfy { $0 == 0 } && pieces[140...].allSatisfy { $0 == 0 })
        #expect(torrent.infoHash == Array(Insecure.SHA1.hash(data: info.encoded)))
        #expect(torrent.pieces == 4..<7)
    }

    @Test func `has an info-hash that depends on salt, name and segment only`() throws {
        let torrents = [
            Self.torrent(0..<2 << 20), Self.torrent(0..<2 << 20, salt: [UInt8](repeating: 8, count: 32)),
            Self.torrent(0..<2 << 20, name: "00004"), Self.torrent(2 << 20..<4 << 20),
        ]
        #expect(Set(torrents.compactMap { $0?.infoHash.hexadecimal }).count == 4)
        #expect(Self.torrent(0..<2 << 20) == torrents[0])
    }

    @Test(
        arguments: [
            (0..<0, nil), (1..<Self.piece, nil), (0..<Self.piece + 1, nil), (0..<Self.size + 1, nil), (0..<Self.piece, 2),
            (0..<Self.piece, 0),
            (10 << 20..<11 << 20, nil),
        ] as [(Range<Int64>, Int?)])
    func `is refused where segment, pieces and hashes do not fit`(segment: Range<Int64>, hashes: Int?) {
        #expect(Self.torrent(segment, hashes: hashes) == nil)
    }

    @Test func `may end at the end of the file`() throws {
        #expect(Self.torrent(10 << 20..<Self.size)?.pieces == 10..<11)
        #expect(Self.torrent(0..<Self.size)?.pieces == 0..<11)
        #expect(Self.torrent(0..<1 << 20, name: "a/b") == nil)
    }

    @Test func `has a control file that marks the missing pieces`() throws {
        let torrent = try #require(Self.torrent(4 << 20..<7 << 20))
        let control = torrent.control { $0 == 5 }
        #expect((0..<11).filter { !control.pieces[$0] } == [4, 6])
        #expect(control.totalLength == Self.size && control.pieceLength == Int(Self.piece))
        #expect(try ControlFile(decoding: control.encoded) == control)
    }

    @Test(.requiresAria2c) func `has the info-hash that aria2c computes`() throws {
        let torrent = try #require(Self.torrent(4 << 20..<7 << 20))
        let scratch = try Scratch()
        try scratch.write(torrent.encoded, to: "a.torrent")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Aria2OnPath.path))
        process.arguments = ["--no-conf", "--show-files=true", scratch("a.torrent")]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(output.contains("Info Hash: \(torrent.infoHash.hexadecimal)"), "\(output)")
        #expect(output.contains("Total Length: 10MiB (10,485,837)"))
        #expect(output.contains("Piece Length: 1.0MiB"))
        #expect(output.contains("The Number of Pieces: 11"))
    }
}
