import Aria2
import Foundation
import Testing

@testable import Transfer

@Suite("Adjustments of a running aria2c job") struct Aria2JobAdjustmentsTests {
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        var seconds: Double
        /// MiB that are missing.
        var left: Int64 = 1000
        var connections = 4
        var isLinkExpiring = false
        let expected: Aria2JobAdjustments.Adjustment?
    }

    private static func status(left: Int64, connections: Int) throws -> Aria2Status {
        let json = #"{"status":"active","totalLength":"\#(left << 20)","completedLength":"0","connections":"\#(connections)"}"#
        return try JSONDecoder().decode(Aria2Status.self, from: Data(json.utf8))
    }

    static let rows = [
        Row(testDescription: "nothing in the first second", seconds: 1, isLinkExpiring: true, expected: nil),
        Row(testDescription: "an expiring link is renewed", seconds: 1.1, isLinkExpiring: true, expected: .renewLink),
        Row(testDescription: "enough connections for two seconds", seconds: 2.5, connections: 3, expected: nil),
        Row(testDescription: "missing connections are made again", seconds: 2.5, connections: 2, expected: .reopen(2)),
        Row(testDescription: "free connections are taken after three seconds", seconds: 3.1, expected: .widen),
        Row(testDescription: "a small rest is left alone", seconds: 3.1, left: 32, connections: 1, expected: nil),
        Row(testDescription: "the link comes first", seconds: 3.1, connections: 1, isLinkExpiring: true, expected: .renewLink),
    ]

    @Test("decides by time, connections and what is missing", arguments: rows)
    func first(row: Row) throws {
        let start = ContinuousClock.now
        var adjustments = Aria2JobAdjustments(now: start)
        let status = try Self.status(left: row.left, connections: row.connections)
        let next = adjustments.next(status, permitted: 4, isLinkExpiring: row.isLinkExpiring, now: start + .seconds(row.seconds))
        #expect(next == row.expected)
    }

    @Test("are not repeated before their interval is over")
    func intervals() throws {
        let start = ContinuousClock.now
        var adjustments = Aria2JobAdjustments(now: start)
        let thin = try Self.status(left: 1000, connections: 1)
        let made = stride(from: 0.5, through: 16, by: 0.5).compactMap { seconds in
            adjustments.next(thin, permitted: 4, isLinkExpiring: false, now: start + .seconds(seconds)).map { (seconds, $0) }
        }
        #expect(made.filter { $0.1 == .reopen(3) }.map(\.0) == [2.5, 13])
        #expect(made.filter { $0.1 == .widen }.map(\.0) == [3.5, 7, 10.5, 14])
    }
}
