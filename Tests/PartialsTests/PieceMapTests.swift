import Aria2
import TestSupport
import Testing
@testable import Partials

@Suite("A piece map") struct PieceMapTests {
    static let mebi: Int64 = 1 << 20
    static let gibi: Int64 = 1 << 30

    static let lengths: [(size: Int64, length: Int64, count: Int)] = [
        (1, mebi, 1), (mebi - 1, mebi, 1), (mebi, mebi, 1), (mebi + 1, mebi, 2), (4 * gibi - 1, mebi, 4096), (4 * gibi, mebi, 4096),
        (4 * gibi + 1, 4 * mebi, 1025), (64 * gibi, 4 * mebi, 16384), (64 * gibi + 1, 16 * mebi, 4097), (1 << 42, 16 * mebi, 1 << 18),
        (1 << 44, 16 * mebi, 1 << 20), (1 << 50, gibi, 1 << 20),
    ]

    @Test("Pieces grow with the file, and aria2 can have each of these lengths", arguments: lengths)
    func pieceLength(size: Int64, length: Int64, count: Int) {
        #expect(PieceMap.pieceLength(for: size) == length)
        #expect(PieceMap.count(for: size) == count)
        let map = PieceMap(size: size)
        #expect(map.pieceLength == length)
        #expect(map.count == count)
        #expect(map.range(of: count - 1).upperBound == size)
        #expect(map.missing == [0..<size])
        #expect((Self.mebi...Self.gibi).contains(length))
    }

    @Test(
        "Of a size that no file has there is none, and nothing is reserved for it",
        arguments: [1 << 50 + 1, 1 << 60, Int64.max, 0, -1, .min])
    func impossible(size: Int64) {
        #expect(PieceMap(size: size, hex: "80") == nil)
        #expect(PieceMap(size: size, bits: Bitfield(count: 1)) == nil)
    }

    @Test("A short last piece counts with its own bytes")
    func shortLastPiece() {
        var map = PieceMap(size: 2 * Self.mebi + 5)
        #expect(map.range(of: 2) == 2 * Self.mebi..<2 * Self.mebi + 5)
        map.insert(2)
        #expect(map.completeBytes == 5)
        #expect(map.contiguousBytes == 0)
        map.insert(0)
        #expect(map.completeBytes == Self.mebi + 5)
        #expect(map.contiguousBytes == Self.mebi)
        #expect(map.missing == [Self.mebi..<2 * Self.mebi])
        map.insert(1)
        map.insert(1)
        #expect(map.isComplete)
        #expect(map.completeCount == 3)
        #expect(map.completeBytes == map.size)
        #expect(map.contiguousBytes == map.size)
        #expect(map.missing.isEmpty)
    }

    static let gaps: [(pieces: [Int], missing: [Range<Int64>], contiguous: Int64)] = [
        ([], [0..<10], 0), ([0], [1..<10], 1), ([9], [0..<9], 0), ([0, 1, 2], [3..<10], 3), ([0, 2, 4, 9], [1..<2, 3..<4, 5..<9], 1),
        ([1, 2, 3, 4, 5, 6, 7, 8], [0..<1, 9..<10], 0), (Array(0..<10), [], 10),
    ]

    @Test("Gaps are in file order, each of maximum length", arguments: gaps)
    func missing(pieces: [Int], missing: [Range<Int64>], contiguous: Int64) {
        var map = PieceMap(size: 10 * Self.mebi)
        for piece in pieces.reversed() { map.insert(piece) }
        #expect(map.missing == missing.map { $0.lowerBound * Self.mebi..<$0.upperBound * Self.mebi })
        #expect(map.contiguousBytes == contiguous * Self.mebi)
        #expect(map.completeBytes == Int64(pieces.count) * Self.mebi)
    }

    @Test("Its digits read back", arguments: [1, 7, 8, 9, 16, 17, 100])
    func hex(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let size = Int64(count) * Self.mebi - 3
        var map = PieceMap(size: size)
        for index in 0..<count where Bool.random(using: &generator) { map.insert(index) }
        let again = try #require(PieceMap(size: size, hex: map.hex))
        #expect(again == map)
        #expect(again.completeCount == map.completeCount)
        #expect(map.hex.utf8.count == (count + 7) / 8 * 2)
    }

    static let notMaps: [(size: Int64, hex: String)] = [
        (0, ""), (-1, ""), (mebi, ""), (mebi, "8"), (mebi, "8000"), (mebi, "xx"), (mebi, "c0"), (mebi, "01"), (9 * mebi, "ffff"),
        (9 * mebi, "ff"), (4 * gibi + 1, "80"),
    ]

    @Test("Digits of another length, of another base, or with spare bits set are refused", arguments: notMaps)
    func refused(size: Int64, hex: String) {
        #expect(PieceMap(size: size, hex: hex) == nil)
    }

    @Test("The first piece is the highest bit")
    func layout() throws {
        var map = PieceMap(size: 9 * Self.mebi)
        map.insert(0)
        #expect(map.hex == "8000")
        map.insert(8)
        #expect(map.hex == "8080")
        #expect(PieceMap(size: 9 * Self.mebi, bits: Bitfield(count: 8)) == nil)
    }

    @Test("A union has what either has, and only of the same file")
    func union() {
        var one = PieceMap(size: 4 * Self.mebi)
        var other = one
        one.insert(0)
        other.insert(0)
        other.insert(3)
        #expect(other.isSuperset(of: one))
        #expect(!one.isSuperset(of: other))
        one.formUnion(other)
        #expect(one == other)
        #expect(one.completeCount == 2)
        var foreign = PieceMap(size: 5 * Self.mebi)
        foreign.insert(4)
        one.formUnion(foreign)
        #expect(one == other)
        #expect(!foreign.isSuperset(of: one))
    }
}
