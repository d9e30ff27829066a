import Aria2
import Curl
import Foundation
import Testing

@testable import Transfer

@Suite("Polling aria2c") struct Aria2StatusPollTests {
    private let gid = Aria2GID.random()

    private func answer(_ done: Int64, of total: Int64, speed: Int64) throws -> [(
        gid: Aria2GID, status: Result<Aria2Status, Aria2RPCFault>
    )] {
        let json = #"{"status":"active","totalLength":"\#(total)","completedLength":"\#(done)","downloadSpeed":"\#(speed)"}"#
        return [(gid, .success(try JSONDecoder().decode(Aria2Status.self, from: Data(json.utf8))))]
    }

    @Test("is faster while a job is about to end", arguments: [(0, 10), (900, 10), (901, 500), (1000, 500)])
    func pause(done: Int64, speed: Int64) throws {
        var poll = Aria2StatusPoll(limiter: nil)
        let usual = poll.pause
        _ = poll.take(try answer(done, of: 1000, speed: speed)) { _ in nil }
        #expect((poll.pause < usual) == (1000 - done < speed / 5))
    }

    @Test("takes two unanswered questions in a row for a hang")
    func hang() throws {
        var poll = Aria2StatusPoll(limiter: nil)
        try poll.noteTimeout()
        _ = poll.take(try answer(1, of: 10, speed: 1)) { _ in nil }
        try poll.noteTimeout()
        #expect(throws: Aria2StatusPoll.Hung.self) { try poll.noteTimeout() }
    }

    @Test("tells a job's ceiling with the first answer, and not again")
    func ceilings() throws {
        let limiter = RateLimiter(bytesPerSecond: 1_000_000)
        var poll = Aria2StatusPoll(limiter: nil)
        #expect(poll.begin() == Aria2Ceilings.Changes())
        let first = poll.take(try answer(0, of: 1000, speed: 1)) { _ in limiter }
        #expect(first.jobs.keys.contains(gid))
        #expect(first.whole == nil)
    }
}
