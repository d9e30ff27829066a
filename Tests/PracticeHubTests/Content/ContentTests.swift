import Foundation
import Testing

@testable import PracticeHub

@Suite("Practice content")
struct ContentTests {
    @Test("is the same whether it is made whole or in any pieces", arguments: PracticeFile.Kind.allCases)
    func pieces(kind: PracticeFile.Kind) {
        let file = PracticeFile(kind: kind, size: 200_003, seed: 7)
        let whole = file.data
        for range in [0..<1, 1..<9, 3..<200, 120..<130, 65_530..<65_550, 65_536..<65_544, 65_541..<131_080, 199_999..<200_003]
            as [Range<Int64>]
        {
            #expect(file.bytes(range) == whole[Int(range.lowerBound)..<Int(range.upperBound)], "\(range)")
        }
    }

    @Test("differs by seed, by block, and once it is replaced")
    func differences() {
        let file = PracticeFile(kind: .bytes, size: 1 << 20, seed: 7)
        let blocks = (0..<16).map { file.bytes($0 << 16..<($0 + 1) << 16) }
        #expect(Set(blocks).count == 16)
        #expect(file.sha256 != PracticeFile(kind: .bytes, size: 1 << 20, seed: 8).sha256)
        #expect(file.sha256 != file.replaced.sha256)
        #expect(file.contentTag != file.replaced.contentTag)
        #expect(PracticeFile(text: "a b\n").replaced.data == Data("a_b\n".utf8))
    }

    @Test("begins with a safetensors header that describes exactly the rest", arguments: [128, 129, 20 << 10, 8 << 20] as [Int64])
    func safetensors(size: Int64) throws {
        let file = PracticeFile(kind: .safetensors, size: size, seed: 1)
        let length = Int64(file.bytes(0..<8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) })
        let header = try JSONSerialization.jsonObject(with: file.bytes(8..<8 + length)) as? [String: [String: Any]]
        let tensor = try #require(header?["weights"])
        #expect(tensor["dtype"] as? String == "U8")
        #expect(tensor["shape"] as? [Int64] == [size - 8 - length])
        #expect(tensor["data_offsets"] as? [Int64] == [0, size - 8 - length])
    }

    @Test("begins with the magic number of its format")
    func magic() {
        #expect(PracticeFile(kind: .gguf, size: 100, seed: 1).bytes(0..<8) == Data("GGUF".utf8) + [3, 0, 0, 0])
        #expect(PracticeFile(kind: .pickle, size: 100, seed: 1).bytes(0..<2) == Data([0x80, 2]))
    }

    @Test("has the hashes that git and sha256sum give it")
    func hashes() {
        let file = PracticeFile(text: "hello\n")
        #expect(file.sha256 == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
        #expect(FileDigests.of(file).gitSHA1 == "ce013625030ba8dba906f756967f9e9ca394464a")
    }

    @Test(
        "reads Range headers as servers do",
        arguments: [
            (nil, .whole), ("bytes=0-0", .part(0..<1)), ("bytes=0-", .part(0..<100)), ("bytes=99-", .part(99..<100)),
            ("bytes=90-1000", .part(90..<100)), ("bytes=-10", .part(90..<100)), ("bytes=-1000", .part(0..<100)),
            ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole),
            ("bytes=a-b", .whole), ("bytes=1-2,4-5", .whole), ("items=0-1", .whole), ("bytes=-", .whole), ("bytes=1", .whole),
        ] as [(String?, ByteRange)])
    func ranges(header: String?, expected: ByteRange) {
        #expect(ByteRange(header: header, size: 100) == expected)
    }

    @Test("no range of an empty file can be satisfied")
    func emptyFile() {
        #expect(ByteRange(header: "bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange(header: "bytes=-5", size: 0) == .unsatisfiable)
        #expect(ByteRange(header: nil, size: 0) == .whole)
    }
}
