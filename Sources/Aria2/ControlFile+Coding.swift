internal import FetchTypes

extension ControlFile {
    /// Why bytes are not a control file that can be trusted.
    package enum Malformed: Error, Equatable {
        /// No bytes at all: what a full disk leaves of it.
        case empty
        /// It ends in the middle of a field.
        case truncated
        /// Not version 1.
        case version(Int)
        /// It belongs to a BitTorrent download.
        case bitTorrent
        /// A field contradicts another one; its name.
        case inconsistent(String)
        /// Bytes follow the last field.
        case trailingBytes
    }

    /// Reads a control file.
    /// - Throws: ``Malformed``; nothing that contradicts itself is accepted, as the file guards itself by no checksum.
    package init(decoding bytes: [UInt8]) throws(Malformed) {
        guard !bytes.isEmpty else { throw .empty }
        var reader = Reader(rest: bytes[...])
        let version = try reader.number(2)
        guard version == 1 else { throw .version(Int(version)) }
        let isExtended = try reader.number(4) & 1 == 1
        let infoHashLength = try reader.number(4)
        guard !isExtended, infoHashLength == 0 else { throw .bitTorrent }
        let pieceLength = try reader.number(4)
        guard pieceLength > 0 else { throw .inconsistent("piece length") }
        guard let totalLength = ByteCount(try reader.number(8))?.bytes else { throw .inconsistent("total length") }
        _ = try reader.number(8)
        let count = (totalLength + Int64(pieceLength) - 1) / Int64(pieceLength)
        guard let pieceCount = Int(exactly: count), let pieces = try reader.bitfield(count: pieceCount) else {
            throw .inconsistent("bitfield")
        }
        self.init(totalLength: totalLength, pieceLength: Int(pieceLength), pieces: pieces)
        let flying = try reader.number(4)
        guard flying <= pieceCount else { throw .inconsistent("number of pieces in flight") }
        var seen: Set<Int> = []
        for _ in 0..<flying {
            let index = Int(try reader.number(4))
            guard index < pieceCount, !pieces[index], seen.insert(index).inserted else {
                throw .inconsistent("index of a piece in flight")
            }
            let length = Int(try reader.number(4))
            guard length == pieceRange(index).count else { throw .inconsistent("length of a piece in flight") }
            guard let blocks = try reader.bitfield(count: Self.pieceCount(Int64(length), Self.blockLength)) else {
                throw .inconsistent("bitfield of a piece in flight")
            }
            inFlight.append(PieceInFlight(index: index, length: length, blocks: blocks))
        }
        guard reader.rest.isEmpty else { throw .trailingBytes }
        inFlight.sort { $0.index < $1.index }
    }

    private init(totalLength: Int64, pieceLength: Int, pieces: Bitfield) {
        self.init(totalLength: totalLength, pieceLength: pieceLength)
        self.pieces = pieces
    }

    /// Where the bitfield begins, in bytes: behind version, flags, two lengths of 4 and two of 8, and its own length.
    package static let bitfieldOffset = 34

    /// The file's bytes, as aria2 itself writes them.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        append(UInt16(1))
        append(UInt32(0))
        append(UInt32(0))
        append(UInt32(pieceLength))
        append(UInt64(totalLength))
        append(UInt64(0))
        append(UInt32(pieces.bytes.count))
        bytes += pieces.bytes
        append(UInt32(inFlight.count))
        for piece in inFlight {
            append(UInt32(piece.index))
            append(UInt32(piece.length))
            append(UInt32(piece.blocks.bytes.count))
            bytes += piece.blocks.bytes
        }
        return bytes
    }
}

/// Takes big-endian fields off the front.
private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func number(_ width: Int) throws(ControlFile.Malformed) -> UInt64 {
        guard rest.count >= width else { throw .truncated }
        defer { rest = rest.dropFirst(width) }
        return rest.prefix(width).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// - Returns: nil when its length is not that of `count` bits or a spare bit is set.
    mutating func bitfield(count: Int) throws(ControlFile.Malformed) -> Bitfield? {
        let length = Int(try number(4))
        guard length == (count + 7) / 8 else { return nil }
        guard rest.count >= length else { throw .truncated }
        defer { rest = rest.dropFirst(length) }
        return Bitfield(bytes: Array(rest.prefix(length)), count: count)
    }
}
