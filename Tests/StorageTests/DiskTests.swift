import FetchTypes
import Foundation
import Glibc
import TestSupport
import SystemPackage
import Testing
@testable import Storage

@Suite("The disk") struct DiskTests {
    @Test("A small file is replaced whole, and nothing is left beside it")
    func replace() throws {
        let scratch = try Scratch()
        try Disk.replace(scratch("record.json"), with: Array("first, and rather long".utf8))
        #expect(scratch.text("record.json") == "first, and rather long")
        try Disk.replace(scratch("record.json"), with: Array("second".utf8))
        #expect(scratch.text("record.json") == "second")
        try Disk.replace(scratch("record.json"), with: [])
        #expect(scratch.bytes("record.json") == [])
        #expect(scratch.names() == ["record.json"])
    }

    @Test("A temporary file of an earlier crash does not matter")
    func leftover() throws {
        let scratch = try Scratch()
        try scratch.write("half of something much longer than the new text", to: "record.json~")
        try Disk.replace(scratch("record.json"), with: Array("new".utf8), temporary: scratch("record.json~"))
        #expect(scratch.text("record.json") == "new")
        #expect(scratch.names() == ["record.json"])
    }

    @Test("Concurrent writers of one file do not disturb each other")
    func writers() async throws {
        let scratch = try Scratch()
        let path = scratch("main")
        let texts = (0..<4).map { Array(repeating: UInt8($0), count: 10_000) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for text in texts {
                group.addTask {
                    for _ in 0..<50 { try await BlockingExecutor.run { try Disk.replace(path, with: text, isDurable: false) } }
                }
            }
            try await group.waitForAll()
        }
        #expect(texts.contains(try #require(scratch.bytes("main"))))
        #expect(scratch.names() == ["main"])
    }

    @Test("A concurrent reader gets the old or the new text, never half of one")
    func atomicity() async throws {
        let scratch = try Scratch()
        let path = scratch("record.json")
        let texts = [Array(repeating: UInt8(1), count: 100_000), Array(repeating: UInt8(2), count: 50_000)]
        try Disk.replace(path, with: texts[0])
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var torn = 0
                for _ in 0..<300 {
                    let seen = Disk.contents(path)
                    if seen != texts[0], seen != texts[1] { torn += 1 }
                }
                return torn
            }
            group.addTask {
                for round in 0..<100 { try Disk.replace(path, with: texts[round % 2]) }
                return 0
            }
            for try await torn in group { #expect(torn == 0) }
        }
    }

    @Test("Where a replacement cannot be made, the old file stays as it was")
    func failedReplace() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("record.json")
        #expect(throws: IOFault.self) { try Disk.replace(scratch("record.json"), with: [1]) }
        #expect(scratch.names() == ["record.json"])
        #expect(throws: IOFault.self) { try Disk.replace(scratch("missing/record.json"), with: [1]) }
        #expect(Disk.status(scratch("missing")) == nil)
    }

    @Test("A file that is longer than the limit is not read at all")
    func limit() throws {
        let scratch = try Scratch()
        try scratch.write([1, 2, 3], to: "x")
        #expect(Disk.contents(scratch("x"), limit: 3) == [1, 2, 3])
        #expect(Disk.contents(scratch("x"), limit: 2) == nil)
        #expect(Disk.contents(scratch("nothing")) == nil)
        #expect(Disk.contents(scratch.path) == nil)
        #expect(Disk.contents(scratch("x"), onlyFiles: true) == [1, 2, 3])
        #expect(mkfifo(scratch("pipe"), 0o600) == 0)
        #expect(Disk.contents(scratch("pipe"), onlyFiles: true) == nil)
    }

    @Test("Moving replaces what has the name, within one file system and between two", arguments: [nil, "/dev/shm"])
    func move(root: String?) async throws {
        let from = try Scratch()
        let to: Scratch
        if let root {
            guard Disk.isWritable(root), Disk.status(root)?.device != Disk.status(from.path)?.device else { return }
            to = try Scratch(under: root)
        } else {
            to = try Scratch()
        }
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try from.write(bytes, to: "part")
        try to.write("older", to: "model.bin")
        try to.write("left by a crash", to: "model.bin~")
        try await FileCopy.move(from("part"), to: to("model.bin"))
        #expect(to.bytes("model.bin") == bytes)
        #expect(from.names().isEmpty)
        // A rename leaves the neighbour alone, a copy goes through it.
        #expect(to.names().contains("model.bin"))
    }

    @Test("A move that fails leaves both sides as they were", arguments: [nil, "/dev/shm"])
    func failedMove(root: String?) async throws {
        let from = try Scratch()
        if let root, !Disk.isWritable(root) { return }
        let to = try Scratch(under: root)
        try from.write("bytes", to: "part")
        try to.makeFolder("model.bin")
        try to.write("in it", to: "model.bin/x")
        await #expect(throws: IOFault.self) { try await FileCopy.move(from("part"), to: to("model.bin")) }
        #expect(from.text("part") == "bytes")
        #expect(to.names() == ["model.bin"])
        #expect(to.text("model.bin/x") == "in it")
    }

    @Test("Directories that the user named are made, links on the way followed")
    func directories() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("real")
        try scratch.link("link", to: scratch("real"))
        try Disk.makeDirectories(scratch("link/a/b"))
        #expect(Disk.status(scratch("real/a/b"))?.kind == .directory)
        try Disk.makeDirectories(scratch("link/a/b"))
        try scratch.write("x", to: "file")
        let fault = #expect(throws: IOFault.self) { try Disk.makeDirectories(scratch("file/a")) }
        #expect(fault?.code == .notDirectory)
        #expect(fault?.failure.code == .cannotCreate)
    }

    @Test("In an untrusted path, a link is refused, wherever it leads")
    func strangersDirectories() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("root/real")
        try scratch.link("root/out", to: "/tmp")
        try scratch.link("root/inside", to: "real")
        try scratch.link("root/dangling", to: "nowhere")
        try scratch.write("x", to: "root/file")
        try Disk.makeDirectories(below: scratch("root"), ["real", "a", "b"])
        #expect(Disk.status(scratch("root/real/a/b"))?.kind == .directory)
        for name in ["out", "inside", "dangling"] {
            let fault = #expect(throws: IOFault.self) { try Disk.makeDirectories(below: scratch("root"), [name, "x"]) }
            #expect(fault?.code == .tooManySymbolicLinkLevels)
            #expect(fault?.failure.code == .cannotCreate)
        }
        let fault = #expect(throws: IOFault.self) { try Disk.makeDirectories(below: scratch("root"), ["file", "x"]) }
        #expect(fault?.failure.code == .cannotCreate)
        #expect(scratch.names("root/real") == ["a"])
        #expect(Disk.status(scratch("root/nowhere")) == nil)
    }

    @Test("The root itself may be a link: it is the user's")
    func linkedRoot() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("real")
        try scratch.link("root", to: "real")
        try Disk.makeDirectories(below: scratch("root"), ["a"])
        #expect(Disk.status(scratch("real/a"))?.kind == .directory)
    }

    @Test("The free space of a path that does not exist yet is known")
    func space() throws {
        let scratch = try Scratch()
        let there = try #require(Disk.space(for: scratch.path))
        let toCome = try #require(Disk.space(for: scratch("a/b/c.bin")))
        #expect(there.device == toCome.device)
        #expect(toCome.free > 0)
    }

    static let faults: [(code: Int32, kind: FailureKind, exit: ExitCode)] = [
        (ENOSPC, .diskFull, .inputOutput), (EDQUOT, .diskFull, .inputOutput), (EACCES, .permission, .cannotCreate),
        (EROFS, .permission, .cannotCreate), (EPERM, .permission, .cannotCreate), (EISDIR, .exists, .cannotCreate),
        (ENAMETOOLONG, .exists, .cannotCreate), (ELOOP, .exists, .cannotCreate), (EIO, .io, .inputOutput), (ENOENT, .io, .inputOutput),
    ]

    @Test("A failing call distinguishes a wrong place (73) from a failing disk (74)", arguments: faults)
    func failures(code: Int32, kind: FailureKind, exit: ExitCode) {
        let failure = IOFault(code: code, "writing", "/m/x").failure
        #expect(failure.kind == kind)
        #expect(failure.code == exit)
        #expect(failure.message.contains("/m/x"))
        #expect(failure.why != nil && failure.hint != nil)
    }
}
