import Events
import FetchTypes
import ModelSources
import Partials
import TestSupport
import Testing
@testable import Transfer

/// The table holds the action after each fault.
extension RetryStateTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var fault: any Error
        var seen: Observation
        var action: String
    }

    static let rows: [Row] = [
        Row(testDescription: "dropped after much", fault: network(.dropped), seen: brought(64 << 10), action: "reconnect"),
        Row(testDescription: "cut after much", fault: network(.cut), seen: brought(64 << 10), action: "reconnect"),
        Row(
            testDescription: "silent after much", fault: network(.timeout), seen: brought(64 << 10), action: "timeout 4.0 try 1/5"),
        Row(testDescription: "dropped after little", fault: network(.dropped), seen: brought(65_535), action: "reset 4.0 try 1/5"),
        Row(
            testDescription: "dropped after much that was there before", fault: network(.dropped),
            seen: brought(64 << 10) { $0.received = 0 }, action: "reset 4.0 try 1/5"),
        Row(testDescription: "a redirect", fault: refused(302), seen: seen { $0.mayFollowRedirect = true }, action: "follow"),
        Row(testDescription: "a redirect behind the end of others", fault: refused(302), seen: seen(), action: "fail server 75"),
        Row(
            testDescription: "304 is no redirect", fault: refused(304), seen: seen { $0.mayFollowRedirect = true }, action: "fail server 75"
        ),
        Row(testDescription: "a page", fault: TransferFault.page(host: "h"), seen: seen(), action: "renew"),
        Row(testDescription: "packed bytes", fault: TransferFault.coded("gzip", host: "h"), seen: seen(), action: "renew"),
        Row(testDescription: "403 of an old link", fault: refused(403), seen: seen { $0.linkIsFresh = false }, action: "renew"),
        Row(testDescription: "403 of a new link", fault: refused(403), seen: seen(), action: "fail needs_login 77"),
        Row(testDescription: "403 to aria2c", fault: refused(403), seen: seen { $0.engine = .aria2 }, action: "builtin"),
        Row(
            testDescription: "aria2c lost", fault: TransferFault.engineLost("it died"), seen: seen { $0.engine = .aria2 }, action: "builtin"
        ),
        Row(testDescription: "another version", fault: TransferFault.changed("its ETag is another"), seen: seen(), action: "startOver"),
        Row(testDescription: "no range, nothing there", fault: TransferFault.rangesIgnored, seen: seen(), action: "startOver"),
        Row(
            testDescription: "no range, with a part there", fault: TransferFault.rangesIgnored, seen: seen { $0.present = 9 },
            action: "startOver"),
        Row(
            testDescription: "no range, and one when asked again", fault: TransferFault.rangesIgnored,
            seen: seen { ($0.present, $0.rangeServer) = (9, "h") }, action: "server 4.0 try 1/5"),
        Row(testDescription: "429 that names a time", fault: refused(429, 7), seen: seen(), action: "rate_limited 7.0 asked"),
        Row(testDescription: "503 that names no second", fault: refused(503, 0.5), seen: seen(), action: "server 4.0 try 1/5"),
        Row(testDescription: "503 that names 301 s", fault: refused(503, 301), seen: seen(), action: "fail server 75"),
        Row(
            testDescription: "no progress for too long", fault: refused(503), seen: seen { $0.now = start + .seconds(300) },
            action: "fail server 75"),
        Row(
            testDescription: "no progress for nearly too long", fault: refused(503), seen: seen { $0.now = start + .seconds(299) },
            action: "server 4.0 try 1/5"),
        Row(
            testDescription: "progress just now", fault: refused(503), seen: brought(9) { $0.now = start + .seconds(500) },
            action: "server 4.0 try 1/5"),
        Row(testDescription: "a failure", fault: Failure(.gated, "m"), seen: seen(), action: "fail gated 77"),
    ]

    @Test("Each fault has its action", arguments: rows)
    func first(row: Row) {
        var state = Self.state()
        #expect(Self.word(state.action(after: row.fault, observing: row.seen)) == row.action)
    }
}
