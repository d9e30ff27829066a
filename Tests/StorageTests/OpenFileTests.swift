import Glibc
import TestSupport
import SystemPackage
import Testing
@testable import Storage

@Suite("An open file") struct OpenFileTests {
    @Test("Bytes are written and read at their offsets")
    func offsets() throws {
        let scratch = try Scratch()
        let file = try OpenFile(scratch("x"), .create)
        try [UInt8(7), 8].withUnsafeBytes { bytes throws in try file.write(bytes, at: 5) }
        #expect(scratch.bytes("x") == [0, 0, 0, 0, 0, 7, 8])
        var buffer = [UInt8](repeating: 9, count: 4)
        #expect(try buffer.withUnsafeMutableBytes { bytes throws in try file.read(into: bytes, at: 5) } == 2)
        #expect(buffer == [7, 8, 9, 9])
        #expect(try buffer.withUnsafeMutableBytes { bytes throws in try file.read(into: bytes, at: 7) } == 0)
        #expect(try file.status().size == 7)
        try file.truncate(to: 1)
        #expect(scratch.bytes("x") == [0])
        try file.synchronize()
    }

    @Test("Creating keeps what is there, reading makes nothing")
    func access() throws {
        let scratch = try Scratch()
        #expect(throws: IOFault.self) { try OpenFile(scratch("x"), .read) }
        #expect(throws: IOFault.self) { try OpenFile(scratch("x"), .readWrite) }
        #expect(scratch.names().isEmpty)
        try scratch.write("old", to: "x")
        _ = try OpenFile(scratch("x"), .create)
        #expect(scratch.text("x") == "old")
    }

    @Test("A link under the last name is not followed", arguments: [OpenFile.Access.read, .readWrite, .create])
    func links(access: OpenFile.Access) throws {
        let scratch = try Scratch()
        try scratch.write("precious", to: "victim")
        try scratch.link("x", to: "victim")
        let fault = #expect(throws: IOFault.self) { try OpenFile(scratch("x"), access) }
        #expect(fault?.code == .tooManySymbolicLinkLevels)
        #expect(scratch.text("victim") == "precious")
    }

    @Test("Its descriptor is closed with it, and never passed to a child")
    func descriptor() throws {
        let scratch = try Scratch()
        var file: OpenFile? = try OpenFile(scratch("x"), .create)
        let descriptor = try #require(file).descriptor
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(readlink(descriptor) == scratch("x"))
        file = nil
        #expect(readlink(descriptor) != scratch("x"))
    }

    private func readlink(_ descriptor: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = Glibc.readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    @Test("One holds the lock at a time, and it goes with the file")
    func lock() throws {
        let scratch = try Scratch()
        var first: OpenFile? = try OpenFile(scratch("x"), .create)
        let second = try OpenFile(scratch("x"), .create)
        #expect(first?.tryLock() == true)
        #expect(!second.tryLock())
        first = nil
        #expect(second.tryLock())
    }

    @Test("Reserving takes room without changing what can be read")
    func reserve() throws {
        let scratch = try Scratch()
        let file = try OpenFile(scratch("x"), .create)
        try file.reserve(0..<0)
        try file.reserve(0..<1 << 20)
        #expect(try file.status().size <= 1 << 20)
    }

    /// A file system in memory keeps any time.
    @Test("A time far away is read as a near one", arguments: [Int.min, -9_300_000_000, 0, 9_300_000_000, Int.max])
    func times(seconds: Int) throws {
        let scratch = try Scratch()
        let path = Glibc.access("/dev/shm", W_OK) == 0 ? "/dev/shm/fetchctl-times-\(UInt64.random(in: .min ... .max))" : scratch("x")
        defer { Disk.remove(path) }
        try OpenFile(path, .create).write([1])
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        #expect(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
        let modified = try #require(Disk.status(path)).modified
        #expect(modified.signum() == seconds.signum())
        #expect(!modified.subtractingReportingOverflow(-modified).overflow)
    }
}
