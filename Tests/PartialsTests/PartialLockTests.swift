import Aria2
import FetchTypes
import Foundation
import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

@Suite("A target's lock", .timeLimit(.minutes(1))) struct PartialLockTests {
    @Test("The second process waits, names the first, and gets the lock when it is released")
    func two() async throws {
        let scratch = try Scratch()
        var first: Partial? = try await scratch.lock().acquire().0
        try first?.save()
        let (waits, told) = AsyncStream<PartialRecord.Holder?>.makeStream()
        let second = Task { try await scratch.lock(onWait: { told.yield($0) }).acquire().0.names.data }
        var iterator = waits.makeAsyncIterator()
        let holder = try #require(await iterator.next())
        #expect(holder?.pid == ThisProcess.pid)
        #expect(Disk.status(scratch("model.bin.fetchctl-part")) != nil)
        first = nil
        #expect(try await second.value == scratch("model.bin.fetchctl-part"))
        told.finish()
        #expect(await iterator.next() == nil, "it is said once")
    }

    @Test("A wait that times out is exit code 75, and names the holder")
    func timeout() async throws {
        let scratch = try Scratch()
        let first = try await scratch.lock().acquire().0
        first.setDaemon(nil)
        try first.save()
        for timeout in [0, 0.3] {
            let failure = try await failure { try await scratch.lock(timeout: timeout).acquire() }
            #expect(failure.kind == .locked)
            #expect(failure.code == .temporary)
            #expect(failure.message.contains(scratch("model.bin")))
            #expect(failure.message.contains("\(ThisProcess.pid)"))
        }
        withExtendedLifetime(first) {}
    }

    @Test("Waiting can be cancelled")
    func cancel() async throws {
        let scratch = try Scratch()
        let first = try await scratch.lock().acquire().0
        let (waits, told) = AsyncStream<Void>.makeStream()
        let second = Task { try await scratch.lock(timeout: nil, onWait: { _ in told.yield() }).acquire().0.target }
        for await _ in waits { break }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        withExtendedLifetime(first) {}
    }

    @Test("A file that was finished and renamed while another process waited is no longer the partial")
    func renamed() async throws {
        let scratch = try Scratch()
        var first: Partial? = try await scratch.lock().acquire().0
        try first?.file.write(Array("whole".utf8))
        let (waits, told) = AsyncStream<Void>.makeStream()
        let second = Task { try await scratch.lock(onWait: { _ in told.yield() }).acquire().0 }
        for await _ in waits { break }
        try await FileCopy.move(scratch("model.bin.fetchctl-part"), to: scratch("model.bin"))
        first = nil
        _ = first
        let partial = try await second.value
        #expect(partial.isInPlace())
        #expect(try partial.file.status().size == 0)
        #expect(scratch.text("model.bin") == "whole")
    }

    @Test("The lock of a process of this machine that has ended is taken at once, whatever its timestamp", arguments: [0.0, 1e12])
    func deadHere(time: Double) async throws {
        let scratch = try Scratch()
        try scratch.leave(PartialRecord.Holder(host: ThisProcess.host, pid: 1 << 22, time: time))
        let (_, found) = try await scratch.lock(timeout: 0).acquire()
        #expect(found?.identity == "i")
    }

    @Test("The lock of a holder on another machine is taken after 60 s without an update", arguments: [60.5, 61, 3600])
    func deadElsewhere(age: Double) async throws {
        let scratch = try Scratch()
        try scratch.leave(PartialRecord.Holder(host: "another-machine", pid: 1, time: ThisProcess.now - age))
        let (partial, found) = try await scratch.lock(timeout: 0).acquire()
        #expect(found?.holder?.host == "another-machine")
        try partial.save()
        let written = try #require(JSONFile.read(PartialRecord.self, from: partial.names.record))
        #expect(written.holder?.host == ThisProcess.host)
    }

    @Test("A holder with a recent update is waited for, even if the file system grants the lock", arguments: [0.0, 20, -3600])
    func aliveElsewhere(age: Double) async throws {
        let scratch = try Scratch()
        try scratch.leave(PartialRecord.Holder(host: "another-machine", pid: 77, time: ThisProcess.now - age))
        let seen = Mutex<PartialRecord.Holder?>(nil)
        let failure = try await failure {
            try await scratch.lock(timeout: 0.25, onWait: { holder in seen.withLock { $0 = holder } }).acquire()
        }
        #expect(failure.kind == .locked)
        #expect(failure.message.contains("process 77 on another-machine"))
        #expect(seen.withLock { $0?.pid } == 77)
        // What this one made for itself is gone again; the other's record is not.
        #expect(scratch.names() == ["model.bin.fetchctl-part.json"])
    }

    @Test("A record that was left without a holder, or damaged, does not delay the next run", arguments: ["", "{", "{\"version\":1}"])
    func noHolder(text: String) async throws {
        let scratch = try Scratch()
        try scratch.write(text, to: "model.bin.fetchctl-part.json")
        let (partial, found) = try await scratch.lock(timeout: 0).acquire()
        #expect(found == nil)
        #expect(try partial.adopt(PartialTests.wanted(), found: found) == nil)
    }

    @Test("A link in the partial's place is refused and not followed")
    func link() async throws {
        let scratch = try Scratch()
        try scratch.write("precious", to: "victim")
        try scratch.link("model.bin.fetchctl-part", to: "victim")
        await #expect(throws: IOFault.self) { try await scratch.lock().acquire() }
        #expect(scratch.text("victim") == "precious")
    }

    @Test("An orphaned aria2c has been ended when the partial is handed out", .requiresAria2c)
    func orphan() async throws {
        let scratch = try Scratch()
        let orphan = Process()
        orphan.executableURL = URL(fileURLWithPath: try #require(Aria2OnPath.path))
        orphan.arguments = ["--no-conf=true", "--enable-rpc=true", "--rpc-listen-port=\(freePort())", "--quiet=true"]
        orphan.standardOutput = FileHandle.nullDevice
        try orphan.run()
        defer { orphan.terminate() }
        let pid = orphan.processIdentifier
        let start = try #require(startTime(of: pid))
        var holder = PartialRecord.Holder(host: ThisProcess.host, pid: 1 << 22, time: ThisProcess.now)
        // The number of a process that is another one by now is left alone.
        holder.aria2 = PartialRecord.Holder.Daemon(pid: pid, startTime: start + 1)
        try scratch.leave(holder)
        _ = try await scratch.lock(timeout: 0).acquire()
        #expect(OrphanedAria2(process: pid, startTime: start).isAlive)
        // So is one that another machine's record names.
        holder.aria2?.startTime = start
        holder.host = "another-machine"
        holder.time = 0
        try scratch.leave(holder)
        _ = try await scratch.lock(timeout: 0).acquire()
        #expect(OrphanedAria2(process: pid, startTime: start).isAlive)
        holder.host = ThisProcess.host
        try scratch.leave(holder)
        let (partial, found) = try await scratch.lock(timeout: 20).acquire()
        #expect(!OrphanedAria2(process: pid, startTime: start).isAlive)
        #expect(found?.holder?.aria2?.pid == pid)
        #expect(partial.isInPlace())
    }
}
