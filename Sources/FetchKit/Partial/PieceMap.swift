package import Aria2

/// Which pieces of a file are on the disk, whole. The bits are laid out as aria2 does it, so that both
/// engines and the record share one map.
package struct PieceMap: Sendable, Equatable {
    /// Bytes of the whole file; above 0.
    package let size: Int64
    /// Bytes of a piece; the last one may be shorter.
    package let pieceLength: Int64
    package private(set) var bits: Bitfield
    package private(set) var completeCount: Int
    /// Pieces that are there from the start on, without a gap.
    private var contiguousCount = 0
    /// Pieces that are not whole: up to which offset they have been written, from their start.
    package private(set) var begun: [Int: Int64] = [:]

    /// The piece length for a file of this size, the same for both engines: 1 MiB up to 4 GiB, 4 MiB up to
    /// 64 GiB, 16 MiB above.
    package static func pieceLength(for size: Int64) -> Int64 {
        size <= 4 << 30 ? 1 << 20 : size <= 64 << 30 ? 4 << 20 : 16 << 20
    }

    /// The number of pieces of a file of this size.
    package static func count(for size: Int64) -> Int {
        let length = pieceLength(for: size)
        return Int((size + length - 1) / length)
    }

    package init(size: Int64) {
        self.init(size: size, bits: Bitfield(count: Self.count(for: size)))!
    }

    /// - Returns: nil when the bits are not as many as the size asks for.
    package init?(size: Int64, bits: Bitfield) {
        guard size > 0, bits.count == Self.count(for: size) else { return nil }
        self.size = size
        pieceLength = Self.pieceLength(for: size)
        self.bits = bits
        completeCount = bits.setCount
        extendContiguous()
    }

    private mutating func extendContiguous() {
        while contiguousCount < bits.count, bits[contiguousCount] { contiguousCount += 1 }
    }

    /// Reads ``hex`` back.
    package init?(size: Int64, hex: String) {
        guard size > 0, let bits = Bitfield(hex: hex, count: Self.count(for: size)) else { return nil }
        self.init(size: size, bits: bits)
    }

    package var hex: String { bits.hex }
    package var count: Int { bits.count }
    package var isComplete: Bool { completeCount == count }

    package subscript(index: Int) -> Bool { bits[index] }

    package mutating func insert(_ index: Int) {
        guard !bits[index] else { return }
        bits[index] = true
        completeCount += 1
        begun[index] = nil
        if index == contiguousCount { extendContiguous() }
    }

    /// The piece is to be fetched again.
    package mutating func remove(_ index: Int) {
        begun[index] = nil
        guard bits[index] else { return }
        bits[index] = false
        contiguousCount = min(contiguousCount, index)
        completeCount -= 1
    }

    /// Of that piece everything before the offset has been written.
    package mutating func begin(_ index: Int, upTo offset: Int64) {
        guard !bits[index], range(of: index).contains(offset), offset > max(range(of: index).lowerBound, begun[index] ?? 0) else { return }
        begun[index] = offset
    }

    /// Adds what another map of the same file has.
    package mutating func formUnion(_ other: PieceMap) {
        guard other.count == count else { return }
        for index in 0..<count where other[index] { insert(index) }
        for (index, offset) in other.begun { begin(index, upTo: offset) }
    }

    package func isSuperset(of other: PieceMap) -> Bool {
        other.count == count && (0..<count).allSatisfy { !other[$0] || bits[$0] }
            && other.begun.allSatisfy { bits[$0.key] || begun[$0.key] ?? 0 >= $0.value }
    }

    /// The bytes of one piece.
    package func range(of index: Int) -> Range<Int64> {
        let start = Int64(index) * pieceLength
        return start..<min(start + pieceLength, size)
    }

    /// Bytes in complete pieces.
    package var completeBytes: Int64 {
        guard completeCount > 0 else { return 0 }
        let full = Int64(completeCount) * pieceLength
        return bits[count - 1] ? full - (Int64(count) * pieceLength - size) : full
    }

    /// Bytes in complete pieces and in the beginnings of others.
    package var presentBytes: Int64 { begun.reduce(completeBytes) { $0 + $1.value - range(of: $1.key).lowerBound } }

    /// The end of what is there, wherever gaps are before it.
    package var reach: Int64 {
        let whole = (0..<count).last { bits[$0] }.map { range(of: $0).upperBound } ?? 0
        return max(whole, begun.values.max() ?? 0)
    }

    /// Bytes from the start up to the first piece that is missing.
    package var contiguousBytes: Int64 { min(Int64(contiguousCount) * pieceLength, size) }

    /// The gaps, in file order, each as long as it goes.
    package var missing: [Range<Int64>] {
        var gaps: [Range<Int64>] = []
        for index in 0..<count where !bits[index] {
            let piece = range(of: index)
            if let last = gaps.last, last.upperBound == piece.lowerBound {
                gaps[gaps.count - 1] = last.lowerBound..<piece.upperBound
            } else {
                gaps.append(piece)
            }
        }
        return gaps
    }

    /// What is to be fetched, in file order: the gaps without the beginnings that are there.
    package var toFetch: [Range<Int64>] {
        var gaps = missing
        for (index, offset) in begun.sorted(by: { $0.key < $1.key }) {
            guard let gap = gaps.firstIndex(where: { $0.contains(offset) }) else { continue }
            let whole = gaps[gap]
            gaps.replaceSubrange(
                gap...gap, with: [whole.lowerBound..<range(of: index).lowerBound, offset..<whole.upperBound].filter { !$0.isEmpty })
        }
        return gaps
    }
}
