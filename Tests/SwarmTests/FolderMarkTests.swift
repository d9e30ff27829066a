import Storage
import TestSupport
import Testing
@testable import Swarm

@Suite("A marker file in a member's folder") struct FolderMarkTests {
    @Test func `is found by other members with the same folder until it is removed`() throws {
        let scratch = try Scratch()
        let marks = try ["one", "one", "other"].map { try #require(FolderMark(in: scratch($0))) }
        #expect(marks[0].isBeside(marks[1].name) && marks[1].isBeside(marks[0].name))
        #expect(!marks[0].isBeside(marks[2].name) && !marks[2].isBeside(marks[0].name))
        // Its own marker does not count, and neither does a name with a slash.
        for name in [marks[0].name, "", "../other/" + marks[2].name] { #expect(!marks[0].isBeside(name), "\(name)") }
        #expect(marks[0].canHaveLinks)
        #expect(Disk.names(in: scratch("other")) == [marks[2].name])
        for mark in marks { mark.remove() }
        #expect(!marks[2].canHaveLinks)
        #expect(!marks[0].isBeside(marks[1].name))
        #expect(Disk.names(in: scratch("one")).isEmpty)
    }
}
