package import Aria2
import Crypto
import FetchTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The description by which members of a fleet exchange one segment of a file through aria2: a torrent (BEP 3) of the whole file in
/// which the pieces outside the segment have no hash. A control file says that those pieces are there, so nobody asks for them.
package struct SegmentTorrent: Sendable, Equatable {
    /// Bytes of a SHA-1.
    package static let hashLength = 20

    /// Bytes of the whole file.
    package let fileLength: Int64
    /// Bytes of a piece; the last one of the file may be shorter.
    package let pieceLength: Int64
    /// The bytes of the segment within the file.
    package let segment: Range<Int64>
    /// What the pieces of the segment hash to.
    package let hashes: [[UInt8]]
    /// The same on all members, and different for each segment of a fleet.
    package let name: String
    /// SHA-1 of the `info` dictionary: 20 bytes, which only those can know who know the salt.
    package let infoHash: [UInt8]
    private let salt: [UInt8]

    /// - Parameters:
    ///   - segment: begins at a piece and ends at a piece or at the file's end.
    ///   - hashes: SHA-1 of each piece of the segment, in order.
    ///   - salt: a secret of the fleet, never sent: nobody else can tell the info-hash from what is published of the file.
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

    /// The `.torrent` file. It names no tracker: aria2c is told its own.
    package var encoded: [UInt8] {
        let info = Self.info(name: name, fileLength, pieceLength, segment.lowerBound, hashes: hashes, salt: salt)
        return Bencode.dictionary(["info": info]).encoded
    }

    /// The `.torrent` file as aria2's RPC takes it.
    package var base64: String { Data(encoded).base64EncodedString() }

    /// `private=1` (BEP 27) keeps it from DHT, peer exchange and local discovery.
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

    /// The control file of a member that has some of the segment: every piece outside the segment counts as there.
    /// - Parameter having: whether the piece of that index, of the segment, is there and was found good.
    package func control(having: (Int) -> Bool) -> ControlFile {
        var control = ControlFile(totalLength: fileLength, pieceLength: Int(pieceLength))
        let own = pieces
        for index in 0..<control.pieces.count { control.pieces[index] = !own.contains(index) || having(index) }
        return control
    }
}
