import Storage
import TestSupport
import Testing
@testable import Swarm

@Suite("The mark of a member in its folder") struct FolderMarkTests {
    @Test func `is seen by others that fill the same folder, until it is removed`() throws {
        let scratch = try Scratch()
        let marks = try ["one", "one", "other"].map { try #require(FolderMark(in: scratch($0))) }
        #expect(marks[0].isBeside(marks[1].name) && marks[1].isBeside(marks[0].name))
        #expect(!marks[0].isBeside(marks[2].name) && !marks[2].isBeside(marks[0].name))
        // Its own one tells nothing, and a name that leads elsewhere is none.
        for name in [marks[0].name, "", "../other/" + marks[2].name] { #expect(!marks[0].isBeside(name), "\(name)") }
        for mark in marks { mark.remove() }
        #expect(!marks[0].isBeside(marks[1].name))
        #expect(Disk.names(in: scratch("one")).isEmpty)
    }
}
