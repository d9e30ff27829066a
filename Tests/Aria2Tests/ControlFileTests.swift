import Testing

@testable import Aria2

@Suite("aria2's control file")
struct ControlFileTests {
    /// Three pieces of 1 MiB and a short one; piece 0 is there, and of piece 2 the first and the last block.
    private let sample = ControlFile(
        totalLength: 3 << 20 | 5, pieceLength: 1 << 20,
        complete: [0..<(1 << 20), (2 << 20)..<(2 << 20 + 16384), (3 << 20 - 16384)..<(3 << 20)])

    private var bytes: [UInt8] {
        [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0] + [0, 0, 0, 0, 0, 0x30, 0, 5] + [0, 0, 0, 0, 0, 0, 0, 0]
            + [0, 0, 0, 1, 0x80] + [0, 0, 0, 1]
            + [0, 0, 0, 2, 0, 0x10, 0, 0, 0, 0, 0, 8, 0x80, 0, 0, 0, 0, 0, 0, 1]
    }

    @Test func `is written and read byte for byte`() throws {
        #expect(sample.encoded == bytes)
        #expect(try ControlFile(decoding: bytes) == sample)
    }

    @Test(arguments: [1 << 50 + 1, 1 << 60, UInt64(Int64.max), .max])
    func `is refused with a length that no file has`(length: UInt64) {
        var bytes = bytes
        for index in 0..<8 { bytes[14 + index] = UInt8(truncatingIfNeeded: length >> (8 * (7 - UInt64(index)))) }
        #expect(throws: ControlFile.Malformed.inconsistent("total length")) { try ControlFile(decoding: bytes) }
    }

    @Test func `is refused wherever it is cut`() {
        for length in 1..<bytes.count {
            #expect(throws: ControlFile.Malformed.truncated, "\(length)") { try ControlFile(decoding: Array(bytes.prefix(length))) }
        }
    }

    @Test(
        arguments: [
            ([], [], ControlFile.Malformed.empty),
            ([(1, 0)], [], .version(0)), ([(0, 1)], [], .version(257)),
            ([(5, 1)], [], .bitTorrent), ([(9, 20)], [], .bitTorrent),
            ([(11, 0)], [], .inconsistent("piece length")),
            ([(14, 0xff)], [], .inconsistent("total length")),
            ([(33, 2)], [], .inconsistent("bitfield")),
            ([(34, 0x81)], [], .inconsistent("bitfield")),
            ([(38, 9)], [], .inconsistent("number of pieces in flight")),
            ([(42, 4)], [], .inconsistent("index of a piece in flight")),
            ([(42, 0)], [], .inconsistent("index of a piece in flight")),
            ([(46, 1)], [], .inconsistent("length of a piece in flight")),
            ([(50, 7)], [], .inconsistent("bitfield of a piece in flight")),
            ([], [0], .trailingBytes),
        ] as [([(Int, UInt8)], [UInt8], ControlFile.Malformed)])
    func `is refused when a field is wrong`(changes: [(Int, UInt8)], more: [UInt8], expected: ControlFile.Malformed) {
        var bytes = expected == .empty ? [] : bytes + more
        for (offset, value) in changes { bytes[offset] = value }
        #expect(throws: expected) { try ControlFile(decoding: bytes) }
    }

    @Test func `does not trust a huge bitfield length`() {
        // 2^62 bytes in pieces of one byte: the bitfield would be larger than the file.
        let head: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x40, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        #expect(throws: ControlFile.Malformed.self) { try ControlFile(decoding: head + [0xff, 0xff, 0xff, 0xff]) }
    }

    @Test(
        arguments: [
            ([], []),
            ([0..<100], [0..<100]),
            ([0..<99], []),
            ([0..<0, 50..<50], []),
            ([40..<60, 0..<45], [0..<60]),
            ([0..<10, 10..<20, 90..<500], [0..<20, 90..<100]),
        ] as [([Range<Int64>], [Range<Int64>])])
    func `gives back the ranges it was made of, in whole blocks`(given: [Range<Int64>], expected: [Range<Int64>]) throws {
        // In units of one block, and a last piece that is short by 7 bytes.
        let unit = Int64(ControlFile.blockLength)
        let total = 100 * unit - 7
        func scaled(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
            ranges.map { $0.lowerBound * unit..<min($0.upperBound * unit, total) }
        }
        // 0..<99 of the table stands for a range that ends one byte short of every block's end.
        let ranges = given == [0..<99] ? [1..<unit] : scaled(given)
        let control = ControlFile(totalLength: total, pieceLength: 64 << 10, complete: ranges)
        #expect(control.completeRanges == scaled(expected))
        #expect(control.completedLength == scaled(expected).reduce(0) { $0 + Int64($1.count) })
        #expect(try ControlFile(decoding: control.encoded) == control)
    }

    @Test func `of an empty file has no pieces`() throws {
        let control = ControlFile(totalLength: 0, pieceLength: 1 << 20)
        #expect(control.pieces.isComplete && control.completeRanges.isEmpty)
        #expect(try ControlFile(decoding: control.encoded) == control)
    }

    @Test func `of 400 GB is made of its ranges in no time`() {
        let total: Int64 = 400_000_000_000
        let control = ControlFile(totalLength: total, pieceLength: 16 << 20, complete: [0..<total / 2, total - 1..<total])
        #expect(control.pieces.count == 23842)
        #expect(control.pieces.setCount == 11920)
        #expect(control.inFlight.map(\.index) == [11920])
    }
}

@Suite("A bitfield")
struct BitfieldTests {
    @Test(arguments: [("80", 1, [0]), ("ff80", 9, Array(0...8)), ("01", 8, [7]), ("", 0, []), ("4000", 10, [1])])
    func `has piece 0 in its most significant bit`(hex: String, count: Int, set: [Int]) throws {
        var field = try #require(Bitfield(hex: hex, count: count))
        #expect((0..<count).filter { field[$0] } == set)
        #expect(field.setCount == set.count)
        #expect(field.isComplete == (set.count == count))
        #expect(field.hex == hex)
        for index in set { field[index] = false }
        #expect(field == Bitfield(count: count))
        for index in set { field[index] = true }
        #expect(field.hex == hex)
    }

    @Test(arguments: [("80", 9), ("8000", 8), ("40", 1), ("8", 1), ("zz", 8), ("ff01", 15), ("é0", 8)])
    func `is none when digits, length or spare bits are wrong`(hex: String, count: Int) {
        #expect(Bitfield(hex: hex, count: count) == nil)
    }
}
