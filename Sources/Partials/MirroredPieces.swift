import Aria2

/// Which pieces of a file came from which mirror, wholly or in part; all others are the source's own.
struct MirroredPieces: Sendable, Equatable {
    private var byMirror: [String: Bitfield] = [:]

    /// Nothing came from a mirror.
    init() {}

    /// What an earlier run recorded.
    init(_ record: [PartialRecord.Mirrored]?, count: Int) {
        for entry in record ?? [] { byMirror[entry.mirror] = Bitfield(hex: entry.pieces, count: count) }
    }

    /// Bytes of that range come from that mirror.
    mutating func note(_ mirror: String, _ range: Range<Int64>, of map: PieceMap) {
        guard !range.isEmpty else { return }
        let first = Int(range.lowerBound / map.pieceLength)
        let last = Int((range.upperBound - 1) / map.pieceLength)
        for index in first...last { byMirror[mirror, default: Bitfield(count: map.count)][index] = true }
    }

    /// As the record holds it; nil when there is nothing to hold.
    var record: [PartialRecord.Mirrored]? {
        guard !byMirror.isEmpty else { return nil }
        return byMirror.sorted { $0.key < $1.key }.map { PartialRecord.Mirrored(mirror: $0.key, pieces: $0.value.hex) }
    }

    /// Every piece that a mirror had a part in, and which ones had.
    var pieces: [Int: [String]] {
        var pieces: [Int: [String]] = [:]
        for (mirror, bits) in byMirror {
            for index in 0..<bits.count where bits[index] { pieces[index, default: []].append(mirror) }
        }
        return pieces
    }
}
