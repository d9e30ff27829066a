import Glibc
import Testing

@testable import Storage

@Suite("A name that a process claims") struct ProcessClaimTests {
    @Test("is its own until it ends, and not another process's") func claim() throws {
        let name = "test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        #expect(ProcessClaim.take(name) && ProcessClaim.take(name))
        let key = "@fetchctl-\(getuid())-\(HashedName.of(name))"
        let sockets = String(decoding: try #require(Disk.contents("/proc/net/unix", limit: 1 << 22)), as: UTF8.self)
        #expect(sockets.contains(key))
        #expect(!sockets.contains(HashedName.of(name + "x")))
    }
}
