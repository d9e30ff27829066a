package import Aria2
import FetchTypes

/// Which pieces of a file are on the disk, whole. The bits are laid out as aria2 does it, so that both
/// engines and the record share one map.
package struct PieceMap: Sendable, Equatable {
    /// Bytes of the whole file; above 0, 2^50 at most (``FetchTypes/ByteCount``).
    package let size: Int64
    /// Bytes of a piece; the last one may be shorter.
    package let pieceLength: Int64
    package private(set) var bits: Bitfield
    package private(set) var completeCount: Int
    /// Pieces that are there from the start on, without a gap.
    private var contiguousCount = 0
    /// Pieces that are not whole: which of their bytes have been written; in order, apart from each other.
    package private(set) var fragments: [Int: [Range<Int64>]] = [:]

    /// The piece length for a file of this size, the same for both engines: 1 MiB up to 4 GiB, 4 MiB up to 64 GiB, 16 MiB up
    /// to 16 TiB, 1 GiB (aria2's longest) above: at most 2^20 pieces, whatever size a server claims.
    package static func pieceLength(for size: Int64) -> Int64 {
        size <= 4 << 30 ? 1 << 20 : size <= 64 << 30 ? 4 << 20 : size <= 16 << 40 ? 16 << 20 : 1 << 30
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
        guard size > 0, size <= ByteCount.most, bits.count == Self.count(for: size) else { return nil }
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
        guard size > 0, size <= ByteCount.most, let bits = Bitfield(hex: hex, count: Self.count(for: size)) else { return nil }
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
        fragments[index] = nil
        if index == contiguousCount { extendContiguous() }
    }

    /// The piece is to be fetched again.
    package mutating func remove(_ index: Int) {
        fragments[index] = nil
        guard bits[index] else { return }
        bits[index] = false
        contiguousCount = min(contiguousCount, index)
        completeCount -= 1
    }

    /// Those bytes have been written. What several hands have written of a piece makes it whole, too.
    /// - Returns: the pieces that are whole now and were not before.
    @discardableResult package mutating func insert(bytes: Range<Int64>) -> [Int] {
        let bytes = bytes.clamped(to: 0..<size)
        guard !bytes.isEmpty else { return [] }
        var completed: [Int] = []
        for index in Int(bytes.lowerBound / pieceLength)...Int((bytes.upperBound - 1) / pieceLength) where !bits[index] {
            let piece = range(of: index)
            let written = Self.union(fragments[index] ?? [], bytes.clamped(to: piece))
            if written == [piece] {
                insert(index)
                completed.append(index)
            } else {
                fragments[index] = written
            }
        }
        return completed
    }

    private static func union(_ ranges: [Range<Int64>], _ new: Range<Int64>) -> [Range<Int64>] {
        let touching = ranges.filter { $0.lowerBound <= new.upperBound && new.lowerBound <= $0.upperBound }
        let merged = touching.reduce(new) { min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound) }
        return ranges.filter { $0.upperBound < merged.lowerBound } + [merged] + ranges.filter { $0.lowerBound > merged.upperBound }
    }

    /// Adds what another map of the same file has.
    package mutating func formUnion(_ other: PieceMap) {
        guard other.count == count else { return }
        for index in 0..<count where other[index] { insert(index) }
        for range in other.fragments.values.joined() { insert(bytes: range) }
    }

    package func isSuperset(of other: PieceMap) -> Bool {
        other.count == count && (0..<count).allSatisfy { !other[$0] || bits[$0] }
            && other.fragments.allSatisfy { index, ranges in
                bits[index] || ranges.allSatisfy { range in fragments[index]?.contains { $0.clamped(to: range) == range } ?? false }
            }
    }

    /// Whether all bytes of a range are there, those of pieces that are not whole included.
    package func contains(_ bytes: Range<Int64>) -> Bool { toFetch(within: bytes).isEmpty }

    /// What is to be fetched of a range, in file order.
    package func toFetch(within bytes: Range<Int64>) -> [Range<Int64>] {
        toFetch.map { $0.clamped(to: bytes) }.filter { !$0.isEmpty }
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

    /// Bytes in complete pieces and in fragments of others.
    package var presentBytes: Int64 { fragments.values.joined().reduce(completeBytes) { $0 + Int64($1.count) } }

    /// The end of what is there, wherever gaps are before it.
    package var reach: Int64 {
        let whole = (0..<count).last { bits[$0] }.map { range(of: $0).upperBound } ?? 0
        return fragments.values.joined().reduce(whole) { max($0, $1.upperBound) }
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

    /// What is to be fetched, in file order: the gaps without the fragments that are there.
    package var toFetch: [Range<Int64>] {
        var gaps = missing
        for there in fragments.values.joined() {
            guard let gap = gaps.firstIndex(where: { $0.clamped(to: there) == there }) else { continue }
            let whole = gaps[gap]
            gaps.replaceSubrange(
                gap...gap, with: [whole.lowerBound..<there.lowerBound, there.upperBound..<whole.upperBound].filter { !$0.isEmpty })
        }
        return gaps
    }
}
