import Events
import Testing

@testable import Transfer

/// Whether the choice is the quicker one is measured by `scripts/bench line`; here is which one it is.
@Suite("The choice of an engine") struct EngineRuleTests {
    static let sizes: [Int64?] = [nil, 4 << 20, 16 << 20, 64 << 20, 1 << 30, 100 << 30]
    static let smallSizes: [Int64] = [0, 1, 5 << 10, 1 << 20, (4 << 20) - 1]

    @Test("is the builtin one on a long line, whatever the size", arguments: [0.015, 0.02, 0.08, 0.2, 30], sizes)
    func longLine(seconds: Double, size: Int64?) {
        let rule = EngineRule(isFree: true, size: size, roundTrip: seconds)
        #expect(rule.reason == .longLine)
        #expect(rule.engine == .builtin)
    }

    @Test("is aria2c on a short line, and before anything is known of it", arguments: [nil, 0, 0.0002, 0.005, 0.0149], sizes)
    func shortLine(seconds: Double?, size: Int64?) {
        #expect(EngineRule(isFree: true, size: size, roundTrip: seconds).engine == .aria2)
    }

    @Test("is the builtin one for a small file on every line", arguments: [nil, 0, 0.005, 0.02, 0.2], smallSizes)
    func small(seconds: Double?, size: Int64) {
        let rule = EngineRule(isFree: true, size: size, roundTrip: seconds)
        #expect(rule.reason == .smallFile)
        #expect(rule.engine == .builtin)
    }

    @Test("is aria2c where the user wants it, unless the source says that one request does it", arguments: [nil, 0.001, 0.2], sizes)
    func forced(seconds: Double?, size: Int64?) {
        #expect(EngineRule(isFree: false, size: size, roundTrip: seconds).engine == .aria2)
        #expect(EngineRule(isFree: false, size: 1000, roundTrip: seconds).engine == .aria2)
        #expect(EngineRule(isFree: false, isSmall: true, size: size, roundTrip: seconds).engine == .builtin)
    }
}
