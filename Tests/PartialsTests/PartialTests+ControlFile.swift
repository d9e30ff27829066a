import Aria2
import FetchTypes
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

/// These tests compare the map of pieces with aria2's control file.
extension PartialTests {
    @Test("Pieces that only aria2c's control file knows count too")
    func newerControlFile() async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        // The record is a second older than the control file when both die together.
        let record = "model.bin.fetchctl-part.json"
        try scratch.write(try #require(scratch.text(record)).replacing("\"pieces\" : \"e0\"", with: "\"pieces\" : \"80\""), to: record)
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        #expect(partial.presentBytes == 3 * Self.mebi)
    }

    @Test("After a reboot they do not count: they may have been in the page cache only")
    func reboot() async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        let record = "model.bin.fetchctl-part.json"
        let boot = ThisProcess.boot
        let text = try #require(scratch.text(record)).replacing("\"pieces\" : \"e0\"", with: "\"pieces\" : \"80\"")
        try scratch.write(text.replacing(boot, with: "another-boot"), to: record)
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        #expect(partial.presentBytes == Self.mebi)
        #expect(partial.record.boot == boot)
        // Neither engine reads it again, and a process that is killed now leaves no control file that claims more.
        func control() throws -> [Int] {
            let control = try ControlFile(decoding: try #require(Disk.contents(partial.names.control)))
            return (0..<6).filter { control.pieces[$0] }
        }
        #expect(try control() == [0])
        for enter in [partial.prepareForAria2, partial.keepControlFile, partial.saveForLater] {
            try enter()
            #expect(partial.presentBytes == Self.mebi)
            #expect(try control() == [0])
        }
    }

    @Test("Every marked piece is in the control file at once, so that a kill loses none")
    func controlFileIsCurrent() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(size: 17 * Self.mebi), found: found)
        try partial.keepControlFile()
        for piece in [3, 16, 0, 9] {
            partial.mark(piece: piece)
            let control = try ControlFile(decoding: try #require(Disk.contents(partial.names.control)))
            #expect(control.pieces == partial.map?.bits)
        }
    }

    @Test("A control file of another file is ignored", arguments: [size + 1, 9 * mebi])
    func foreignControlFile(length: Int64) async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        var control = ControlFile(totalLength: length, pieceLength: Int(Self.mebi))
        for piece in 0..<control.pieces.count { control.pieces[piece] = true }
        try scratch.write(control.encoded, to: "model.bin.fetchctl-part.aria2")
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        #expect(partial.presentBytes == 3 * Self.mebi)
    }

    @Test("For aria2c there is always a control file that says what the map says, or its own that says more")
    func prepareForAria2() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        func control() throws -> ControlFile { try ControlFile(decoding: try #require(Disk.contents(partial.names.control))) }
        try partial.prepareForAria2()
        #expect(try control().pieces.setCount == 0)
        partial.mark(piece: 1)
        try partial.prepareForAria2()
        #expect(try control().pieces.setCount == 1)
        var own = try control()
        own.pieces[3] = true
        own.inFlight = [ControlFile.PieceInFlight(index: 4, length: Int(Self.mebi), blocks: Bitfield(count: 64))]
        try Disk.replace(partial.names.control, with: own.encoded)
        try partial.prepareForAria2()
        #expect(try control() == own)
        try Disk.replace(partial.names.control, with: Array("damaged".utf8))
        try partial.prepareForAria2()
        #expect(try control().pieces.setCount == 1)
    }
}
