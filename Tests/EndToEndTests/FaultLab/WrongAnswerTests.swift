import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: wrong answers")
struct WrongAnswerTests {
    static let file = "cdn/file/"
    static let plain = "cdn/plain/"

    static let ranges = [
        LabRow("ranges ignored", [Fault(.ignoreRange, match: "cdn/")], exits: 0, .whole),
        LabRow("ranges ignored, of a plain link", [Fault(.ignoreRange, match: "cdn/")], exits: 0, .whole, source: .plain),
        LabRow(
            "ranges ignored once some is there",
            [Fault(.drop, match: file, times: 2, after: 1_200_000), Fault(.ignoreRange, match: file, skip: 3)],
            exits: 0, .whole, arguments: ["-x", "2"], fetches: 2.5),
        LabRow(
            "ranges ignored once, when some is there: that is kept",
            [Fault(.drop, match: file, times: 4, after: 700_000), Fault(.ignoreRange, match: file, times: 1, skip: 7)], exits: 0, .whole,
            arguments: ["-x", "2"], fetches: 1.5),
        LabRow("ranges one byte late, and said so, 3 times", [Fault(.rangeOffByOne, match: "cdn/", times: 3)], exits: 0, .whole),
        // The hash finds it out, and the clean try gets it right.
        LabRow(
            "ranges one byte late under the right head, once", [Fault(.shiftedBytes, match: file, times: 1, skip: 1)], exits: 0, .whole,
            arguments: ["-x", "1"], fetches: 2.1),
        LabRow("ranges one byte short, and said so", [Fault(.rangeTooShort, match: "cdn/")], exits: 0, .whole),
    ]

    static let lengths = [
        LabRow(
            "a Content-Length too small, twice", [Fault(.lengthTooShort, match: file, times: 2, skip: 1, after: 1000)], exits: 0, .whole),
        LabRow(
            "a Content-Length too small, for ever: what is missing is never given", [Fault(.lengthTooShort, match: file, after: 1000)],
            exits: 75,
            .later, tells: ["failed server"]),
        LabRow(
            "a Content-Length too small without ranges, where size and hash are known",
            [Fault(.ignoreRange, match: file), Fault(.lengthTooShort, match: file, after: 1000)], exits: 65, .nothing,
            tells: ["failed size"]),
        LabRow(
            "the same, where neither is known: it cannot be detected",
            [Fault(.ignoreRange, match: plain), Fault(.lengthTooShort, match: plain, after: 1000)], exits: 0, .unseen, source: .plain),
        LabRow("a Content-Length too large, twice", [Fault(.lengthTooLong, match: file, times: 2, skip: 1, after: 1000)], exits: 0, .whole),
        LabRow("a Content-Length too large, for ever", [Fault(.lengthTooLong, match: file, after: 1000)], exits: 0, .whole, fetches: 2.2),
        LabRow(
            "a Content-Length too large without ranges, where size and hash are known",
            [Fault(.ignoreRange, match: file), Fault(.lengthTooLong, match: file, after: 1000)], exits: 65, .nothing, tells: ["failed size"]
        ),
        LabRow(
            "a Content-Length too large without ranges, where neither is known",
            [Fault(.ignoreRange, match: plain), Fault(.lengthTooLong, match: plain, after: 1000)], exits: 75, .later,
            tells: ["failed server"], source: .plain, arguments: ["--retries", "1"], fetches: 4, keeps: false),
        LabRow("no length, chunked", [Fault(.noLength, match: "cdn/")], exits: 0, .whole),
        LabRow("no length, chunked, of a plain link", [Fault(.noLength, match: "cdn/")], exits: 0, .whole, source: .plain),
        LabRow(
            "no length, chunked, no ranges", [Fault(.ignoreRange, match: "cdn/"), Fault(.noLength, match: "cdn/")], exits: 0, .whole),
        LabRow(
            "no length, chunked, no ranges, of a plain link", [Fault(.ignoreRange, match: "cdn/"), Fault(.noLength, match: "cdn/")],
            exits: 0, .whole, source: .plain),
        LabRow(
            "no length, chunked, no ranges, dropped in the middle once",
            [
                Fault(.ignoreRange, match: plain), Fault(.noLength, match: plain),
                Fault(.drop, match: plain, times: 1, skip: 1, after: 3_000_000),
            ], exits: 0, .whole, source: .plain, fetches: 1.6),
    ]

    static let bodies = [
        LabRow("gzip forced on the file", [Fault(.gzip, match: "cdn/")], exits: 65, .nothing, tells: ["failed not_a_model"]),
        LabRow(
            "gzip forced on the file of a plain link", [Fault(.gzip, match: "cdn/")], exits: 65, .nothing, tells: ["failed not_a_model"],
            source: .plain),
        LabRow("a page with 200, once", [Fault(.html, match: "cdn/", times: 1)], exits: 0, .whole, tells: ["renewed"]),
        LabRow("a page with 200, once, of a plain link", [Fault(.html, match: "cdn/", times: 1)], exits: 0, .whole, source: .plain),
        LabRow(
            "gzip forced on the file, once", [Fault(.gzip, match: "cdn/file/", times: 1)], exits: 0, .whole, tells: ["renewed"],
            arguments: ["-x", "1"]),
        LabRow("a page with 200", [Fault(.html, match: "cdn/")], exits: 65, .nothing, tells: ["failed not_a_model"], requests: 10),
        LabRow(
            "a page with 200, at the Hub", [Fault(.html, match: "cdn/")], exits: 65, .nothing, tells: ["failed not_a_model"], source: .hub,
            requests: 10),
        LabRow(
            "a page with 200, of a plain link", [Fault(.html, match: "cdn/")], exits: 65, .nothing, tells: ["failed not_a_model"],
            source: .plain, requests: 10),
        LabRow(
            "a page with 200 once some is there: that is kept",
            [Fault(.drop, match: file, times: 4, after: 1_200_000), Fault(.html, match: file, skip: 4)], exits: 65, .later,
            tells: ["failed not_a_model"], arguments: ["-x", "2", "--retries", "1"]),
        LabRow("one wrong byte, once", [Fault(.wrongBytes, match: file, times: 1, offset: 3 << 20)], exits: 0, .whole, fetches: 2.1),
        LabRow(
            "one wrong byte, for ever", [Fault(.wrongBytes, match: file, offset: 3 << 20)], exits: 65, .nothing,
            tells: ["warning checksum", "failed checksum"], fetches: 2.2),
        LabRow(
            "one wrong byte where no hash is known: it cannot be detected", [Fault(.wrongBytes, match: plain, offset: 3 << 20)], exits: 0,
            .unseen, source: .plain),
    ]

    static let shifted = [
        LabRow(
            "ranges one byte late, and said so, for ever: the whole file is asked for", [Fault(.rangeOffByOne, match: file)], exits: 0,
            .whole, tells: ["retrying server"], arguments: ["--retries", "2"], requests: 60),
        LabRow(
            "ranges one byte late under the right head, for ever: the header is none then", [Fault(.shiftedBytes, match: file)], exits: 65,
            .nothing, tells: ["warning checksum", "failed not_a_model"], fetches: 2.2),
        LabRow(
            "the same, where no hash is known: it cannot be detected", [Fault(.shiftedBytes, match: plain)], exits: 0, .unseen,
            source: .plain),
    ]

    @Test("of shifted ranges", arguments: shifted, Engine.allCases)
    func shift(row: LabRow, engine: Engine) async throws { try await row.run(engine) }

    @Test("of ranges", arguments: ranges, Engine.allCases)
    func range(row: LabRow, engine: Engine) async throws { try await row.run(engine) }

    @Test("of lengths", arguments: lengths, Engine.allCases)
    func length(row: LabRow, engine: Engine) async throws { try await row.run(engine) }

    @Test("of bodies", arguments: bodies, Engine.allCases)
    func body(row: LabRow, engine: Engine) async throws { try await row.run(engine) }
}
