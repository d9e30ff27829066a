package import Aria2
import Crypto
import FetchTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The torrent (BEP 3) with which members of a fleet exchange one segment of a file through aria2. It describes the whole file, but pieces
/// outside the segment have no hash. A control file marks those pieces as complete, so no member asks for them.
package struct SegmentTorrent: Sendable, Equatable {
    /// Bytes of a SHA-1.
    package static let hashLength = 20

    /// Bytes of the whole file.
    package let fileLength: Int64
    /// Bytes of a piece; the last one of the file may be shorter.
    package let pieceLength: Int64
    /// The bytes of the segment within the file.
    package let segment: Range<Int64>
    /// The SHA-1 of each piece of the segment.
    package let hashes: [[UInt8]]
    /// The file name in the torrent: equal on all members, and different for each segment.
    package let name: String
    /// The SHA-1 of the `info` dictionary: 20 bytes, which cannot be computed without the salt.
    package let infoHash: [UInt8]
    private let salt: [UInt8]

    /// - Parameters:
    ///   - segment: begins at a piece and ends at a piece or at the file's end.
    ///   - hashes: SHA-1 of each piece of the segment, in order.
    ///   - salt: a secret of the fleet, never sent: without it the info-hash could be computed from published data of the file.
    /// - Returns: nil where the segment is empty, does not fit the pieces, or has another number of hashes.
    package init?(name: String, fileLength: Int64, pieceLength: Int64, segment: Range<Int64>, hashes: [[UInt8]], salt: [UInt8]) {
        guard pieceLength > 0, fileLength > 0, fileLength <= ByteCount.most, !segment.isEmpty, segment.lowerBound >= 0,
            segment.upperBound <= fileLength, segment.lowerBound % pieceLength == 0,
            segment.upperBound % pieceLength == 0 || segment.upperBound == fileLength, !name.isEmpty, !name.utf8.contains(0x2f)
        else { return nil }
        let count = (segment.upperBound - segment.lowerBound + pieceLength - 1) / pieceLength
        guard hashes.count == count, hashes.allSatisfy({ $0.count == Self.hashLength }) else { return nil }
        (self.fileLength, self.pieceLength, self.segment, self.hashes) = (fileLength, pieceLength, segment, hashes)
        (self.name, self.salt) = (name, salt)
        infoHash = Array(
            Insecure.SHA1.hash(
                data: Self.info(name: name, fileLength, pieceLength, segment.lowerBound, hashes: hashes, salt: salt).encoded))
    }

    /// The indices of the segment's pieces within the file.
    package var pieces: Range<Int> {
        let first = Int(segment.lowerBound / pieceLength)
        return first..<first + hashes.count
    }

    /// The `.torrent` file. It names no tracker, because aria2c is started with one.
    package var encoded: [UInt8] {
        let info = Self.info(name: name, fileLength, pieceLength, segment.lowerBound, hashes: hashes, salt: salt)
        return Bencode.dictionary(["info": info]).encoded
    }

    /// The `.torrent` file in the form of aria2's RPC.
    package var base64: String { Data(encoded).base64EncodedString() }

    /// The `info` dictionary. `private=1` (BEP 27) excludes DHT, peer exchange and local discovery.
    private static func info(
        name: String, _ fileLength: Int64, _ pieceLength: Int64, _ start: Int64, hashes: [[UInt8]], salt: [UInt8]
    ) -> Bencode {
        let count = Int((fileLength + pieceLength - 1) / pieceLength)
        var pieces = [UInt8](repeating: 0, count: count * hashLength)
        let first = Int(start / pieceLength) * hashLength
        pieces.replaceSubrange(first..<first + hashes.count * hashLength, with: hashes.joined())
        return .dictionary([
            "length": .integer(fileLength),
            "name": .text(name),
            "piece length": .integer(pieceLength),
            "pieces": .bytes(pieces),
            "private": .integer(1),
            "salt": .bytes(salt),
        ])
    }

    /// The control file of a member that has parts of the segment: every piece outside the segment is marked as complete.
    /// - Parameter having: whether the segment's piece of that index in the file is complete and verified.
    package func control(having: (Int) -> Bool) -> ControlFile {
        var control = ControlFile(totalLength: fileLength, pieceLength: Int(pieceLength))
        let own = pieces
        for index in 0..<control.pieces.count { control.pieces[index] = !own.contains(index) || having(index) }
        return control
    }
}
