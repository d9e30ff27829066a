import Testing

@testable import FetchKit

@Suite("The claim on a target") struct TargetClaimTests {
    private let name = "test-\(UInt64.random(in: 0 ... .max))"

    @Test("belongs to one process while it fetches the file, and is free afterwards")
    func alone() async throws {
        var first = try await TargetClaim.take(name)
        #expect(first != nil)
        first?.begin()
        // At once: the first one has begun.
        #expect(try await TargetClaim.take(name) == nil)
        #expect(try await TargetClaim.take(name + "x") != nil)
        first = nil
        #expect(try await TargetClaim.take(name) != nil)
    }

    @Test("is waited for until its holder has started, and is not taken by the waiter then")
    func waited() async throws {
        let first = try await TargetClaim.take(name)
        async let second = TargetClaim.take(name)
        first?.begin()
        #expect(try await second == nil)
        withExtendedLifetime(first) {}
    }
}
