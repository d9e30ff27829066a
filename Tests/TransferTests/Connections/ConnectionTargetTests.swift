import Testing
@testable import Transfer

@Suite("The number of connections") struct ConnectionTargetTests {
    static let mebi: Int64 = 1 << 20

    static let targets: [(allowed: Int, mebibytes: Int64, count: Int)] = [
        (16, 1024, 16), (16, 16, 16), (16, 15, 15), (16, 1, 1), (16, 0, 1), (64, 1024, 64), (1, 1024, 1), (0, 1024, 1), (-3, 0, 1),
    ]

    @Test("All that are allowed are opened at once, as far as each has 1 MiB to fetch", arguments: targets)
    func count(allowed: Int, mebibytes: Int64, count: Int) {
        #expect(ConnectionTarget(allowed: allowed, missing: mebibytes * Self.mebi).count == count)
    }

    @Test("A host that pushes back gets half of those that work, at least one", arguments: [(1, 1), (2, 1), (4, 2), (16, 8), (40, 16)])
    func shrink(working: Int, count: Int) {
        var target = ConnectionTarget(allowed: 16, missing: 1024 * Self.mebi)
        target.shrink(working: working)
        #expect(target.count == count)
    }
}
