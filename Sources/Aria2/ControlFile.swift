internal import FetchTypes

/// aria2's control file `NAME.aria2`, version 1: which pieces of `NAME` are on disk.
///
/// Layout (aria2's technical notes), big-endian: version u16 = 1, extension u32 = 0, info hash length u32 = 0,
/// piece length u32, total length u64, upload length u64, bitfield length u32, bitfield, number of pieces in
/// flight u32, and for each index u32, length u32, bitfield length u32, bitfield of its 16 KiB blocks.
/// It names no URL, no validator and no file, and has no checksum: what it says belongs to whatever lies beside it.
package struct ControlFile: Sendable, Equatable {
    /// aria2 keeps account of a piece in flight in blocks of this many bytes.
    package static let blockLength = 16 << 10

    /// Bytes a piece; at least 1.
    package let pieceLength: Int
    /// Bytes in the whole file.
    package let totalLength: Int64
    /// The pieces that are whole on disk.
    package var pieces: Bitfield
    /// Pieces of which only some blocks are on disk, in rising order of index.
    package var inFlight: [PieceInFlight]

    /// A piece that is not whole yet.
    package struct PieceInFlight: Sendable, Equatable {
        package let index: Int
        /// Bytes; ``ControlFile/pieceLength`` for all but the last piece.
        package let length: Int
        /// The blocks of 16 KiB that are on disk.
        package var blocks: Bitfield

        package init(index: Int, length: Int, blocks: Bitfield) {
            self.index = index
            self.length = length
            self.blocks = blocks
        }
    }

    /// Nothing is on disk yet.
    /// - Precondition: `pieceLength` is 1 to 2³²−1, `totalLength` is 0 to 2^50 (``FetchTypes/ByteCount``).
    package init(totalLength: Int64, pieceLength: Int) {
        precondition(pieceLength >= 1 && pieceLength <= Int(UInt32.max) && totalLength >= 0 && totalLength <= ByteCount.most)
        self.totalLength = totalLength
        self.pieceLength = pieceLength
        pieces = Bitfield(count: Self.pieceCount(totalLength, pieceLength))
        inFlight = []
    }

    /// What is on disk, from a list of byte ranges (in any order; they may touch and overlap).
    ///
    /// Blocks and pieces that are only partly covered count as missing.
    package init(totalLength: Int64, pieceLength: Int, complete ranges: [Range<Int64>]) {
        self.init(totalLength: totalLength, pieceLength: pieceLength)
        let merged = Self.merged(ranges.map { $0.clamped(to: 0..<totalLength) })
        var partial: [Int: Bitfield] = [:]
        for range in merged {
            var offset = range.lowerBound
            while offset < range.upperBound {
                let index = Int(offset / Int64(pieceLength))
                let piece = pieceRange(index)
                let covered = range.clamped(to: piece)
                if covered == piece {
                    pieces[index] = true
                } else {
                    var blocks = partial[index] ?? Bitfield(count: Self.pieceCount(Int64(piece.count), Self.blockLength))
                    Self.mark(covered, of: piece, in: &blocks)
                    partial[index] = blocks
                }
                offset = piece.upperBound
            }
        }
        inFlight = partial.filter { $0.value.setCount > 0 }.sorted { $0.key < $1.key }
            .map { PieceInFlight(index: $0.key, length: pieceRange($0.key).count, blocks: $0.value) }
    }

    /// The bytes of a piece; the last one may be shorter.
    package func pieceRange(_ index: Int) -> Range<Int64> {
        let start = Int64(index) * Int64(pieceLength)
        return start..<min(start + Int64(pieceLength), totalLength)
    }

    /// The byte ranges that are on disk, whole pieces and blocks of pieces in flight; sorted, apart from each other.
    package var completeRanges: [Range<Int64>] {
        var ranges = (0..<pieces.count).filter { pieces[$0] }.map(pieceRange)
        for piece in inFlight {
            let whole = pieceRange(piece.index)
            for block in 0..<piece.blocks.count where piece.blocks[block] {
                let start = whole.lowerBound + Int64(block * Self.blockLength)
                ranges.append(start..<min(start + Int64(Self.blockLength), whole.upperBound))
            }
        }
        return Self.merged(ranges)
    }

    /// Bytes on disk.
    package var completedLength: Int64 { completeRanges.reduce(0) { $0 + Int64($1.count) } }

    static func pieceCount(_ length: Int64, _ unit: Int) -> Int {
        Int((length + Int64(unit) - 1) / Int64(unit))
    }

    /// Sets the bit of every block of `piece` that lies wholly in `covered`.
    private static func mark(_ covered: Range<Int64>, of piece: Range<Int64>, in blocks: inout Bitfield) {
        let unit = Int64(blockLength)
        let first = (covered.lowerBound - piece.lowerBound + unit - 1) / unit
        let end = covered.upperBound == piece.upperBound ? Int64(blocks.count) : (covered.upperBound - piece.lowerBound) / unit
        guard first < end else { return }
        for block in first..<end { blocks[Int(block)] = true }
    }

    private static func merged(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }
}
