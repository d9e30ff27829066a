import FetchTypes
import Foundation
import Glibc
import ModelSources
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

@Suite("Preflight") struct PreflightTests {
    @Test("Makes the directories, and says 73 where it cannot")
    func prepare() throws {
        let scratch = try Scratch()
        try Preflight.prepare(plannedFile("unet/model.bin", in: scratch("a/b")))
        #expect(Disk.status(scratch("a/b/unet"))?.kind == .directory)
        #expect(scratch.names("a/b/unet").isEmpty)
        try scratch.write("x", to: "file")
        for planned in [plannedFile(in: scratch("file")), plannedFile("file/model.bin", in: scratch.path)] {
            let failure = #expect(throws: Failure.self) { try Preflight.prepare(planned) }
            #expect(failure?.code == .cannotCreate)
        }
    }

    @Test("Follows links up to the directory, and none below it")
    func links() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("real")
        try scratch.link("models", to: "real")
        try Preflight.prepare(plannedFile("unet/model.bin", in: scratch("models")))
        #expect(Disk.status(scratch("real/unet"))?.kind == .directory)
        try scratch.link("real/vae", to: "/tmp")
        let failure = #expect(throws: Failure.self) { try Preflight.prepare(plannedFile("vae/model.bin", in: scratch("models"))) }
        #expect(failure?.code == .cannotCreate)
    }

    @Test("A directory that may not be written is 73", .enabled("root may write anywhere") { getuid() != 0 })
    func permission() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("closed")
        #expect(chmod(scratch("closed"), 0o500) == 0)
        defer { chmod(scratch("closed"), 0o700) }
        let failure = #expect(throws: Failure.self) { try Preflight.prepare(plannedFile(in: scratch("closed"))) }
        #expect(failure?.kind == .permission)
        #expect(failure?.code == .cannotCreate)
    }

    private func planned(_ scratch: Scratch, _ name: String, size: Int64?) -> PlannedFile {
        plannedFile(name, in: scratch.path, file: sourceFile(identity: "id", size: size))
    }

    @Test("Bytes of a partial need no space")
    func toFetch() async throws {
        let scratch = try Scratch()
        let size: Int64 = 5 << 20
        let file = planned(scratch, "model.bin", size: size)
        #expect(Preflight.toFetch(file).bytes == size)
        #expect(Preflight.toFetch(planned(scratch, "model.bin", size: nil)) == 0)
        let (partial, found) = try await PartialLock(target: file.target, timeout: 1, onWait: { _ in }).acquire()
        _ = try partial.adopt(file.wanted, found: found)
        partial.mark(piece: 1)
        partial.mark(piece: 3)
        try partial.save()
        #expect(Preflight.toFetch(file).bytes == 3 << 20)
        #expect(Preflight.toFetch(planned(scratch, "model.bin", size: size + 1)).bytes == size + 1)
        #expect(Preflight.toFetch(plannedFile(in: scratch.path, file: sourceFile(identity: "other", size: size))).bytes == size)
    }

    @Test("The whole batch must fit, or nothing is started")
    func space() throws {
        let scratch = try Scratch()
        var options = FetchOptions(environment: [:])
        let free = try #require(Disk.space(for: scratch.path)).free
        let half = free / 2 + (1 << 20)
        let one = planned(scratch, "a.bin", size: half)
        let other = planned(scratch, "b.bin", size: half)
        #expect(try Preflight.checkSpace([one], options: options) != nil)
        let failure = try #require(#expect(throws: Failure.self) { try Preflight.checkSpace([one, other], options: options) })
        #expect(failure.kind == .diskFull)
        #expect(failure.code == .inputOutput)
        #expect(failure.message.contains(scratch.path))
        #expect(failure.hint?.contains("--no-space-check") == true)
        options.checksSpace = false
        #expect(try Preflight.checkSpace([one, other], options: options) != nil)
        options.checksSpace = true
        options.reservedSpace = ByteCount(clamping: half)
        #expect(throws: Failure.self) { try Preflight.checkSpace([one], options: options) }
        #expect(try Preflight.checkSpace([planned(scratch, "c.bin", size: nil)], options: FetchOptions(environment: [:])) != nil)
        #expect(try Preflight.checkSpace([], options: FetchOptions(environment: [:])) == nil)
    }

    @Test("Space that a partial has reserved is not asked for twice")
    func reserved() throws {
        let scratch = try Scratch()
        try scratch.write([UInt8](repeating: 1, count: 8 << 20), to: "a.bin.fetchctl-part")
        let file = planned(scratch, "a.bin", size: 8 << 20)
        var options = FetchOptions(environment: [:])
        options.reservedSpace = ByteCount(clamping: try #require(Disk.space(for: scratch.path)).free - (4 << 20))
        // With 8 MiB to come it would not fit by 4 MiB.
        #expect(try Preflight.checkSpace([file], options: options) != nil)
        #expect(throws: Failure.self) { try Preflight.checkSpace([planned(scratch, "b.bin", size: 8 << 20)], options: options) }
    }
}
