import FetchTypes
import Foundation
import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Storage

@Suite("A partial's claim", .timeLimit(.minutes(1))) struct PartialClaimTests {
    /// Several processes at once take it.
    /// - Returns: those that have it.
    private func race(_ path: String, replacing found: [UInt8]?) async throws -> [PartialClaim] {
        try await withThrowingTaskGroup(of: PartialClaim?.self) { group in
            for _ in 0..<8 { group.addTask { try await BlockingExecutor.run { try PartialClaim.take(path, replacing: found) } } }
            return try await group.reduce(into: []) { if let claim = $1 { $0.append(claim) } }
        }
    }

    @Test("goes to one of several that want it, new or left by a dead process", arguments: [nil, "dead", ""] as [String?])
    func exclusive(left: String?) async throws {
        for _ in 0..<20 {
            let scratch = try Scratch()
            if let left { try scratch.write(left, to: "c") }
            var taken: [PartialClaim] = []
            var found = left
            // They can stand in each other's way, so that none has it; they look again then, as one that waits does.
            for _ in 0..<100 where taken.isEmpty {
                taken = try await race(scratch("c"), replacing: found.map { Array($0.utf8) })
                found = scratch.text("c")
            }
            #expect(taken.count == 1)
            try taken.first?.confirm()
            #expect(scratch.names() == ["c"])
        }
    }

    @Test("that another process has taken meanwhile is given back to it")
    func faster() throws {
        let scratch = try Scratch()
        try scratch.write("dead", to: "c")
        let first = try #require(try PartialClaim.take(scratch("c"), replacing: Array("dead".utf8)))
        #expect(try PartialClaim.take(scratch("c"), replacing: Array("dead".utf8)) == nil)
        #expect(try PartialClaim.take(scratch("c"), replacing: nil) == nil)
        try first.confirm()
        #expect(scratch.names() == ["c"])
    }

    @Test("is not read from a pipe, which nobody may ever write to")
    func pipe() throws {
        let scratch = try Scratch()
        #expect(mkfifo(scratch("c"), 0o600) == 0)
        #expect(ClaimText.look(scratch("c")) == .unreadable)
    }

    @Test("replaces what was found, however long it is", arguments: [0, 1, ClaimText.limit, ClaimText.limit + 1, 100_000])
    func length(count: Int) throws {
        let scratch = try Scratch()
        try scratch.write([UInt8](repeating: 65, count: count), to: "c")
        guard case .there(let found, _) = ClaimText.look(scratch("c")) else { throw IOFault.missing("reading", "c") }
        let claim = try #require(try PartialClaim.take(scratch("c"), replacing: found))
        try claim.confirm()
        #expect(scratch.names() == ["c"])
    }

    @Test("is the same when it is read again")
    func text() throws {
        let text = ClaimText.own()
        #expect(ClaimText(text.bytes) == text)
        #expect(text.boot == ThisProcess.boot && text.namespace == ThisProcess.namespace)
    }

    @Test("is made again where somebody has removed it, and is left alone once it is another's")
    func lost() throws {
        let scratch = try Scratch()
        let claim = try #require(try PartialClaim.take(scratch("c"), replacing: nil))
        unlink(scratch("c"))
        try claim.confirm()
        #expect(scratch.names() == ["c"])
        try scratch.write("another", to: "c")
        #expect(throws: IOFault.self) { try claim.confirm() }
        #expect(claim.isLost)
        claim.release()
        #expect(scratch.text("c") == "another")
    }

    @Test("that is gone after a time in which another process may have taken it over and ended, is lost")
    func gone() throws {
        let scratch = try Scratch()
        let claim = try #require(try PartialClaim.take(scratch("c"), replacing: nil))
        try claim.confirm(now: .now + .seconds(100))
        unlink(scratch("c"))
        #expect(throws: IOFault.self) { try claim.confirm(now: .now + .seconds(200)) }
        #expect(claim.isLost && scratch.names().isEmpty)
    }

    @Test("shows that its owner lives, and goes with it")
    func lives() throws {
        let scratch = try Scratch()
        var claim = try PartialClaim.take(scratch("c"), replacing: nil)
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: scratch("c"))
        try claim?.confirm()
        #expect(try #require(Disk.status(scratch("c"))).modified > 1_000_000_000_000)
        claim = nil
        #expect(scratch.names().isEmpty)
    }

    @Test("Of a partial that another process has taken over, nothing is written, emptied or removed")
    func taken() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await PartialLock(target: scratch("model.bin"), timeout: 5, onWait: { _ in }).acquire()
        _ = try partial.adopt(PartialTests.wanted(), found: found)
        try partial.file.write(Array("bytes".utf8))
        try partial.save()
        try scratch.write("another", to: "model.bin.fetchctl-part.claim")
        try scratch.write("its record", to: "model.bin.fetchctl-part.json")
        #expect(throws: IOFault.self) { try partial.save() }
        #expect(throws: IOFault.self) { try partial.startOver() }
        #expect(throws: IOFault.self) { try partial.beat() }
        #expect(throws: IOFault.self) { try partial.saveForLater() }
        #expect(partial.isTaken && !partial.isInPlace())
        partial.discardIfBlank()
        partial.discard()
        partial.release()
        #expect(scratch.text("model.bin.fetchctl-part") == "bytes")
        #expect(scratch.text("model.bin.fetchctl-part.json") == "its record")
        #expect(scratch.text("model.bin.fetchctl-part.claim") == "another")
    }

    @Test("A process that loses its partial before it has given the old bytes up records nothing about them")
    func lostBeforeAdopting() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await PartialLock(target: scratch("model.bin"), timeout: 5, onWait: { _ in }).acquire()
        try scratch.write("another", to: "model.bin.fetchctl-part.claim")
        #expect(throws: IOFault.self) { try partial.adopt(PartialTests.wanted(), found: found) }
        let isAdopted = partial.isAdopted.load(ordering: .relaxed)
        #expect(!isAdopted)
    }

    @Test("A partial with two names that another process has taken over keeps both")
    func takenBeforeSeparation() async throws {
        let scratch = try Scratch()
        let names = PartialNames(target: scratch("model.bin"))
        try scratch.write("bytes", to: "model.bin.fetchctl-part")
        #expect(link(names.data, scratch("other")) == 0)
        let file = try OpenFile(names.data, .readWrite)
        let claim = try #require(try PartialClaim.take(names.claim, replacing: nil))
        try scratch.write("another", to: "model.bin.fetchctl-part.claim")
        await #expect(throws: IOFault.self) { try await SingleHardLink(names: names, claim: claim, say: { _ in }).ensure(file, nil) }
        #expect(Disk.status(names.data)?.links == 2)
        #expect(scratch.names() == ["model.bin.fetchctl-part", "model.bin.fetchctl-part.claim", "other"])
    }
}
