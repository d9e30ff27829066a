import Aria2
import FetchTypes
import Testing
@testable import FetchKit
@testable import Partials

@Suite("Partials of other tools")
struct TakeoverTests {
    @Test(
        "as a beginning is there up to its last byte",
        arguments: [(0, 0, 0), (1, 0, 1), (1 << 20, 1, 1 << 20), ((1 << 20) + 5, 1, (1 << 20) + 5), (3 << 20, 3, 3 << 20)]
            as [(Int64, Int, Int64)])
    func beginning(bytes: Int64, pieces: Int, present: Int64) {
        let map = PieceMap(size: (3 << 20) + 100, beginning: bytes)
        #expect(map.completeCount == pieces && map.presentBytes == present)
    }

    @Test("by aria2 in pieces of another length counts where all of a piece is there")
    func adapted() throws {
        var control = ControlFile(totalLength: (5 << 20) + 1, pieceLength: 3 << 20)
        control.pieces[0] = true
        let map = try #require(PieceMap(adapting: control, size: (5 << 20) + 1))
        #expect((0..<map.count).map { map[$0] } == [true, true, true, false, false, false])
        #expect(PieceMap(adapting: control, size: 5 << 20) == nil)
        var small = ControlFile(totalLength: 4 << 20, pieceLength: 512 << 10)
        for index in [0, 1, 2, 5, 6, 7] { small.pieces[index] = true }
        let joined = try #require(PieceMap(adapting: small, size: 4 << 20))
        #expect((0..<4).map { joined[$0] } == [true, false, false, true])
    }

    @Test(
        "keeps its name, and the new one is numbered as that tool would",
        arguments: [
            ("a.bin", "a.bin.1", "a.1.bin"), ("a.tar.gz", "a.tar.gz.1", "a.tar.1.gz"), ("noending", "noending.1", "noending.1"),
            (".hidden", ".hidden.1", ".hidden.1"), ("b.c/a", "b.c/a.1", "b.c/a.1"), ("b/é.bin", "b/é.bin.1", "b/é.1.bin"),
        ])
    func numbered(name: String, last: String, before: String) {
        #expect(ToolNaming.numbered(name, 1, .last) == last)
        #expect(ToolNaming.numbered(name, 1, .beforeExtension) == before)
    }
}
