import Aria2
import FetchTypes
import TestSupport
import Testing
@testable import Partials
@testable import Storage

@Suite("Links to a partial, one for each segment") struct SegmentLinksTests {
    private func links(_ scratch: Scratch) throws -> SegmentLinks {
        try scratch.write("data", to: "m.bin.fetchctl-part")
        return SegmentLinks(PartialNames(target: scratch("m.bin")))
    }

    @Test func `lead to the partial's bytes, also when it has its final name`() throws {
        let scratch = try Scratch()
        let links = try links(scratch)
        #expect(try links.add(12, control: nil))
        #expect(links.path(12) == scratch("m.bin.fetchctl-part.fleet/00012"))
        #expect(Disk.status(links.path(12))?.inode == Disk.status(scratch("m.bin.fetchctl-part"))?.inode)
        try Disk.move(scratch("m.bin.fetchctl-part"), to: scratch("m.bin"))
        #expect(try links.add(3, control: nil))
        #expect(try links.add(12, control: nil))
        #expect(Disk.status(links.path(12))?.inode == Disk.status(scratch("m.bin"))?.inode)
        links.removeAll()
        #expect(scratch.names() == ["m.bin"])
        #expect(scratch.text("m.bin") == "data")
    }

    @Test func `that a killed process has left beside a finished file are removed, those in use are not`() throws {
        let scratch = try Scratch()
        let links = try links(scratch)
        #expect(try links.add(12, control: nil))
        try Disk.move(scratch("m.bin.fetchctl-part"), to: scratch("m.bin"))
        var file: OpenFile? = try OpenFile(scratch("m.bin"), .readWrite)
        #expect(file?.tryLock() == true)
        links.removeAbandoned()
        #expect(scratch.names().count == 2)
        // Closed, as when its process ends.
        file = nil
        links.removeAbandoned()
        #expect(scratch.names() == ["m.bin"])
        links.removeAbandoned()
    }

    @Test func `have aria2's control file beside them, and go with it`() throws {
        let scratch = try Scratch()
        let links = try links(scratch)
        let control = ControlFile(totalLength: 4, pieceLength: 1 << 20)
        #expect(try links.add(1, control: control))
        #expect(scratch.bytes("m.bin.fetchctl-part.fleet/00001.aria2") == control.encoded)
        #expect(try links.add(1, control: nil))
        #expect(scratch.names("m.bin.fetchctl-part.fleet") == ["00001"])
        links.remove(1)
        #expect(scratch.names("m.bin.fetchctl-part.fleet") == [])
    }

    @Test func `are in use as long as a process holds the file's lock`() throws {
        let scratch = try Scratch()
        let links = try links(scratch)
        #expect(try links.add(1, control: nil))
        var holder: OpenFile? = try OpenFile(scratch("m.bin.fetchctl-part"), .readWrite)
        #expect(holder?.tryLock() == true)
        // The final name is as good as the first one.
        try Disk.move(scratch("m.bin.fetchctl-part"), to: scratch("m.bin"))
        #expect(SegmentLinks.areInUse(links.folder))
        holder = nil
        #expect(!SegmentLinks.areInUse(links.folder))
        #expect(!SegmentLinks.areInUse(scratch("nowhere")))
    }

    @Test(arguments: [false, true]) func `are removed by the partial's next owner, but not those of another file that is in use`(
        isOther: Bool
    ) async throws {
        let scratch = try Scratch()
        let links = try links(scratch)
        #expect(try links.add(1, control: nil))
        let holder = try OpenFile(scratch("m.bin.fetchctl-part"), .readWrite)
        #expect(holder.lock() == .granted)
        var file = holder
        if isOther {
            try Disk.move(scratch("m.bin.fetchctl-part"), to: scratch("m.bin"))
            try scratch.write("new", to: "m.bin.fetchctl-part")
            file = try OpenFile(scratch("m.bin.fetchctl-part"), .readWrite)
            #expect(file.lock() == .granted)
        }
        let names = PartialNames(target: scratch("m.bin"))
        let claim = try #require(try PartialClaim.take(names.claim, replacing: nil))
        let own = try await SingleHardLink(names: names, claim: claim, say: { _ in }).ensure(file, nil)
        #expect(own === file)
        #expect((Disk.status(links.folder) != nil) == isOther)
        withExtendedLifetime(holder) {}
    }
}
