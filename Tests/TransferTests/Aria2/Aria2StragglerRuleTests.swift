import Aria2
import Foundation
import Testing

@testable import Transfer

@Suite("The last connection of an aria2c job") struct Aria2StragglerRuleTests {
    /// A job of 64 MiB, asked every tenth of a second.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        /// Bytes that were there before.
        var resumed: Int64 = 0
        /// Bytes that come in the first second.
        var quick: Int64 = 63 << 20
        /// Bytes a second from then on.
        let crawl: Int64
        /// Connections from then on, of 16.
        var connections = 1
        var permitted = 16
        /// Seconds after the start.
        let endsAt: ClosedRange<Double>?
    }

    static let rows = [
        Row(testDescription: "one byte a second", crawl: 1, endsAt: 2.5...3.5),
        Row(testDescription: "ten kilobytes a second", crawl: 10_000, endsAt: 2.5...3.5),
        Row(testDescription: "of a resumed job", resumed: 60 << 20, quick: 3 << 20, crawl: 1, endsAt: 2.5...3.5),
        Row(testDescription: "half of the connections", crawl: 10_000, connections: 8, endsAt: 2.5...3.5),
        Row(testDescription: "more than half of them: the line is slow", crawl: 10_000, connections: 9, endsAt: nil),
        Row(testDescription: "a tenth of the rate before", quick: 40 << 20, crawl: 4 << 20, endsAt: nil),
        Row(testDescription: "silence has its own timeout", crawl: 0, endsAt: nil),
        Row(testDescription: "only one was permitted", crawl: 10_000, permitted: 1, endsAt: nil),
        Row(testDescription: "slow from the beginning", quick: 10_000, crawl: 10_000, endsAt: nil),
        Row(testDescription: "too little has come for another start", resumed: 63 << 20, quick: 500_000, crawl: 1, endsAt: nil),
    ]

    @Test("ends the job when it crawls and the others are done", arguments: rows)
    func row(row: Row) throws {
        let start = ContinuousClock.now
        let total: Int64 = 64 << 20
        var rule = Aria2StragglerRule()
        var ended: Double?
        for tenth in 0...150 where ended == nil {
            let seconds = Double(tenth) / 10
            let came = Double(row.quick) * min(1, seconds) + Double(row.crawl) * max(0, seconds - 1)
            let bytes = min(total, row.resumed + Int64(came))
            let connections = seconds < 1 ? row.permitted : min(row.connections, row.permitted)
            let json = #"{"status":"active","totalLength":"\#(total)","completedLength":"\#(bytes)","connections":"\#(connections)"}"#
            let status = try JSONDecoder().decode(Aria2Status.self, from: Data(json.utf8))
            if rule.observe(status, permitted: row.permitted, now: start + .seconds(seconds)) { ended = seconds }
        }
        if let expected = row.endsAt {
            #expect(try expected.contains(#require(ended)), "\(ended ?? -1)")
        } else {
            #expect(ended == nil)
        }
    }
}
