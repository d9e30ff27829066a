import FetchTypes
import Foundation
import TestSupport
import Testing
@testable import Partials
@testable import Storage

@Suite("A target's lock among machines", .timeLimit(.minutes(1))) struct PartialLockClaimTests {
    /// Leaves a claim, as a process of that host would that was killed.
    private func claim(_ host: String, boot: String = "b", pid: Int32 = 77, age: Double = 0, in scratch: Scratch) throws {
        let path = PartialNames(target: scratch("model.bin")).claim
        try scratch.write("\(host)\n\(boot)\n\(pid)\n5\n", to: Path.name(path))
        let modified = Date(timeIntervalSinceNow: -age)
        try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: path)
    }

    @Test("A claim of another machine is waited for, also before its record is there; nothing is made beside it", arguments: [0.0, 30])
    func claimElsewhere(age: Double) async throws {
        let scratch = try Scratch()
        try claim("another-machine", age: age, in: scratch)
        let failure = try await failure { try await scratch.lock(timeout: 0.25).acquire() }
        #expect(failure.message.contains("process 77 on another-machine"))
        #expect(scratch.names() == ["model.bin.fetchctl-part.claim"])
    }

    @Test("A claim of another machine that has not stirred for a minute is taken, but not while its record stirs")
    func oldClaim() async throws {
        let scratch = try Scratch()
        try claim("another-machine", age: 90, in: scratch)
        try scratch.leave(PartialRecord.Holder(host: "another-machine", pid: 77, time: ThisProcess.now))
        _ = try await failure { try await scratch.lock(timeout: 0).acquire() }
        // Its clock is behind; what the file system says of the claim counts.
        try claim("another-machine", age: 5, in: scratch)
        try scratch.leave(PartialRecord.Holder(host: "another-machine", pid: 77, time: ThisProcess.now - 120))
        _ = try await failure { try await scratch.lock(timeout: 0).acquire() }
        try claim("another-machine", age: 90, in: scratch)
        let (partial, found) = try await scratch.lock(timeout: 0).acquire()
        #expect(found?.holder?.pid == 77)
        #expect(scratch.text("model.bin.fetchctl-part.claim")?.hasPrefix(ThisProcess.host + "\n") == true)
        withExtendedLifetime(partial) {}
    }

    @Test("A claim of this machine is decided by the lock", arguments: [ThisProcess.boot, "an earlier boot"])
    func claimHere(boot: String) async throws {
        let scratch = try Scratch()
        try claim(ThisProcess.host, boot: boot, pid: ThisProcess.pid, in: scratch)
        _ = try await scratch.lock(timeout: 0).acquire()
    }

    @Test("Hosts of one name are told apart by their boots where the disk is not of one machine alone")
    func boots() {
        // procfs is not known as a local disk.
        #expect(!HolderWatch.isHere(ThisProcess.host, boot: "another", "/proc/self/model.bin"))
        #expect(HolderWatch.isHere(ThisProcess.host, boot: ThisProcess.boot, "/proc/self/model.bin"))
        #expect(!HolderWatch.isHere("another-machine", boot: ThisProcess.boot, "/proc/self/model.bin"))
    }

    @Test("Where there are no locks, a claim of this machine is free once its process has ended")
    func noLocks() throws {
        let scratch = try Scratch()
        let names = PartialNames(target: scratch("model.bin"))
        for (pid, isFree) in [(ThisProcess.pid, false), (1 << 22, true)] {
            try claim(ThisProcess.host, boot: ThisProcess.boot, pid: pid, in: scratch)
            #expect(PartialLock.isAbandoned(names, nil, .unsupported) == isFree)
        }
    }

    @Test("A run that ends leaves no holder and no claim: another machine need not wait")
    func left() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await scratch.lock().acquire()
        _ = try partial.adopt(PartialTests.wanted(), found: found)
        try partial.saveForLater()
        partial.release()
        let record = try #require(JSONFile.read(PartialRecord.self, from: partial.names.record))
        #expect(record.holder == nil)
        #expect(!scratch.names().contains("model.bin.fetchctl-part.claim"))
        #expect(throws: IOFault.self) { try partial.save() }
    }
}
