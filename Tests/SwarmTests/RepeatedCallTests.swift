import Aria2
import Testing

@testable import Swarm

@Suite struct RepeatedCallTests {
    /// A call that fails with these faults, one after the other, and then succeeds.
    struct Call: Sendable {
        var faults: [Aria2RPCFault]
        var calls: Int
        var succeeds: Bool
    }

    @Test(arguments: [
        Call(faults: [], calls: 1, succeeds: true),
        // This process was stopped while it waited for the answer.
        Call(faults: [.timedOut(seconds: 10)], calls: 2, succeeds: true),
        Call(faults: [.timedOut(seconds: 10), .timedOut(seconds: 10)], calls: 2, succeeds: false),
        Call(faults: [.protocolViolation("")], calls: 1, succeeds: false),
        Call(faults: [.cancelled], calls: 1, succeeds: false),
    ])
    func onlyACallWhoseTimeHasRunOutIsRepeated(_ it: Call) async {
        var (calls, faults, succeeded) = (0, it.faults[...], true)
        do {
            try await PeerEngine.repeatingOnce {
                calls += 1
                if let fault = faults.popFirst() { throw fault }
            }
        } catch { succeeded = false }
        #expect(calls == it.calls)
        #expect(succeeded == it.succeeds)
    }
}
