import Aria2
import TestSupport
import Testing
@testable import Partials
@testable import Storage

@Suite("aria2's control file, written by fetchctl") struct ControlFileWriterTests {
    @Test("Pieces that are completed concurrently are all in it")
    func together() async throws {
        let scratch = try Scratch()
        let size: Int64 = 64 << 20
        let (partial, found) = try await PartialLock(target: scratch("m"), timeout: 5, onWait: { _ in }).acquire()
        _ = try partial.adopt(PartialRecord(reference: "r", identity: "i", size: size), found: found)
        try partial.keepControlFile()
        await withTaskGroup(of: Void.self) { group in
            for piece in 0..<64 where piece != 13 { group.addTask { partial.mark(piece: piece) } }
        }
        let control = try ControlFile(decoding: try #require(scratch.bytes("m.fetchctl-part.aria2")))
        #expect((0..<64).filter { !control.pieces[$0] } == [13])
    }

    @Test("It is not written to once the file is begun again, or is aria2's")
    func closed() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await PartialLock(target: scratch("m"), timeout: 5, onWait: { _ in }).acquire()
        _ = try partial.adopt(PartialRecord(reference: "r", identity: "i", size: 8 << 20), found: found)
        try partial.keepControlFile()
        try partial.prepareForAria2()
        let before = scratch.bytes("m.fetchctl-part.aria2")
        partial.mark(piece: 0)
        #expect(scratch.bytes("m.fetchctl-part.aria2") == before)
        try partial.keepControlFile()
        try partial.startOver()
        partial.mark(piece: 1)
        #expect(scratch.bytes("m.fetchctl-part.aria2") == nil)
    }
}
