import FetchTypes
import Testing

@testable import ModelSources

@Suite("UTC times")
struct UTCTimeTests {
    @Test(
        "in headers are read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
            ("Fri, 31 Dec 2100 23:59:59 GMT", 4_133_980_799),
        ])
    func imf(text: String, time: Double) {
        #expect(UTCTime.imfFixdate(text) == time)
    }

    @Test(
        "that are no such thing are not",
        arguments: ["", "0", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 99 Nov 1994 08:49:37 GMT", "tomorrow"])
    func notImf(text: String) {
        #expect(UTCTime.imfFixdate(text) == nil)
    }

    @Test(
        "of APIs and signatures are read",
        arguments: [
            ("2026-08-01", 1_785_542_400.0), ("2026-08-01T10:20Z", 1_785_579_600), ("2026-08-01T10:20:30Z", 1_785_579_630),
            ("2026-08-01T10:20:30.123Z", 1_785_579_630), ("2024-05-12T06:24:13.109", 1_715_495_053),
        ])
    func iso(text: String, time: Double) {
        #expect(UTCTime.iso8601(text) == time)
    }

    @Test("with another zone are refused", arguments: ["2026-08-01T10:20:30+02:00", "2026-08-01T10:20:30-02:00", "x", ""])
    func notIso(text: String) {
        #expect(UTCTime.iso8601(text) == nil)
    }

    @Test(
        "are shown as people write them",
        arguments: [(0.0, "1970-01-01 00:00 UTC"), (1_709_208_000, "2024-02-29 12:00 UTC"), (4_133_980_799, "2100-12-31 23:59 UTC")])
    func shown(time: Double, text: String) {
        #expect(UTCTime.shown(time) == text)
    }

    @Test func theServersClockIsComparedWithOurs() {
        let response = HTTPResponse(status: 200, headers: HTTPHeaders([("Date", "Sun, 06 Nov 1994 08:49:37 GMT")]))
        #expect(response.clockOffset(now: 784_111_700) == 77)
        #expect(HTTPResponse(status: 200).clockOffset(now: 5) == 0)
    }
}
