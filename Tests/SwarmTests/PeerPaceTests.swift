import Aria2
import Curl
import FetchTypes
import Synchronization
import TestSupport
import Testing

@testable import Swarm

@Suite(.requiresAria2c) struct PeerPaceTests {
    /// What aria2c was asked.
    private final class Seen: Sendable {
        let calls = Mutex(0)
    }

    /// The calls that fail first, and how many there are in ten rounds.
    @Test(arguments: [(0, 1), (1, 2), (3, 4)])
    func aLimitThatAria2DidNotTakeIsToldAgain(failures: Int, calls: Int) async throws {
        let launch = Aria2Launch(executable: try await Aria2OnPath.executable(), userAgent: "test", environment: [:])
        let fault = TransportFault(.timeout, host: "127.0.0.1", detail: "")
        let engine = PeerEngine(launch: launch, limiter: RateLimiter(bytesPerSecond: 1_000_000)) { _ in throw fault }
        let seen = Seen()
        let rpc = Aria2RPC(port: 1, secret: Secret("x")) { _ in
            let call = seen.calls.withLock { calls in
                calls += 1
                return calls
            }
            if call <= failures { throw fault }
            return HTTPResponse(status: 200, body: Array(#"{"id":"fetchctl","jsonrpc":"2.0","result":"OK"}"#.utf8))
        }
        for _ in 0..<10 { await engine.keepPace(rpc) }
        #expect(seen.calls.withLock { $0 } == calls)
    }
}
