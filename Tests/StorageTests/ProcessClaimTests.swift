import Glibc
import Testing

@testable import Storage

@Suite("A name that one holder claims") struct ProcessClaimTests {
    private let name = "test-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    @Test("belongs to one holder until it is given back, and leaves nothing on the disk") func claim() throws {
        var claim = taken(name)
        #expect(claim != nil)
        let key = "@fetchctl-\(getuid())-\(HashedName.of(name))"
        let sockets = String(decoding: try #require(Disk.contents("/proc/net/unix", limit: 1 << 22)), as: UTF8.self)
        #expect(sockets.contains(key))
        #expect(taken(name) == nil)
        #expect(taken(name + "x") != nil)
        withExtendedLifetime(claim) {}
        claim = nil
        #expect(taken(name) != nil)
    }

    @Test("is waited for until it is released, and not claimed by the waiter") func waited() async throws {
        var claim = taken(name)
        #expect(claim != nil)
        #expect(try await ProcessClaim.takeOrWait(name, limit: 600, pause: { claim = nil }) == nil)
        #expect(claim == nil)
        #expect(try await ProcessClaim.takeOrWait(name, limit: 0) != nil)
    }

    @Test("is waited for no longer than the limit, and not after a cancellation") func bounded() async throws {
        let claim = try #require(taken(name))
        #expect(try await ProcessClaim.takeOrWait(name, limit: 0.05) == nil)
        let waiter = Task { [name] in try await ProcessClaim.takeOrWait(name, limit: 60) }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        withExtendedLifetime(claim) {}
    }

    private func taken(_ name: String) -> ProcessClaim? {
        if case .taken(let claim) = ProcessClaim.attempt(name) { claim } else { nil }
    }
}
