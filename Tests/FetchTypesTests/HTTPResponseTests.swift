import FetchTypes
import Testing

@Suite("HTTP answers") struct HTTPResponseTests {
    private func answer(_ status: Int, _ headers: [(String, String)]) -> HTTPResponse {
        HTTPResponse(status: status, headers: HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }))
    }

    @Test(
        "A size that no file has is told from one that is not given",
        arguments: [
            (206, "Content-Range", "bytes 0-0/1125899906842624", .known(.max)), (206, "Content-Range", "bytes 0-0/*", .unknown),
            (206, "Content-Range", "bytes 0-0/1125899906842625", .impossible("1125899906842625")),
            (206, "Content-Range", "bytes 0-9223372036854775807/9223372036854775807", .impossible("9223372036854775807")),
            (206, "Content-Range", "bytes 0-9223372036854775807/*", .unknown), (416, "Content-Range", "bytes */-1", .impossible("-1")),
            (200, "Content-Length", "1152921504606846976", .impossible("1152921504606846976")), (200, "Content-Length", "7", .known(7)),
            (206, "Content-Length", "7", .unknown), (200, "Content-Length", "many", .unknown),
        ] as [(Int, String, String, DeclaredSize)])
    func declaredSize(status: Int, name: String, value: String, expected: DeclaredSize) {
        let given = answer(status, [(name, value)])
        #expect(given.declaredSize == expected)
        #expect(given.totalLength == expected.count?.bytes)
        #expect(given.contentRange.map { $0.last < ByteCount.most } ?? true)
    }

    @Test(
        "A Content-Range gives its ends and its total",
        arguments: [
            ("bytes 0-0/5", 0, 0, 5), ("bytes 0-4/5", 0, 4, 5), ("bytes 10-19/*", 10, 19, nil), ("Bytes 1-2/3", 1, 2, 3),
            (" bytes 1-2/3 ", 1, 2, 3),
            ("bytes=1-2/3", 1, 2, 3), ("bytes */5", 0, -1, 5), ("bytes */*", 0, -1, nil),
            ("bytes 0-1125899906842623/1125899906842624", 0, (1 << 50) - 1, 1 << 50),
        ] as [(String, Int64, Int64, Int64?)])
    func ranges(value: String, first: Int64, last: Int64, total: Int64?) throws {
        let range = try #require(answer(206, [("content-range", value)]).contentRange)
        #expect(range.first == first && range.last == last && range.total == total)
    }

    @Test(
        "A length that contradicts the range beside it is seen",
        arguments: [
            (206, "bytes 0-0/5", "1", false), (206, "bytes 0-0/5", "0", true), (206, "bytes 0-0/5", "5", true),
            (206, "bytes 10-19/*", "10", false), (206, "bytes 10-19/*", "11", true), (206, "bytes 0-0/5", "x", false),
            (206, "bytes 4-0/5", "3", false), (200, "bytes 0-0/5", "5", false), (416, "bytes */5", "7", false),
        ] as [(Int, String, String, Bool)])
    func contradiction(status: Int, range: String, length: String, isThere: Bool) {
        #expect(answer(status, [("Content-Range", range), ("Content-Length", length)]).lengthContradictsRange == isThere)
        #expect(!answer(status, [("Content-Range", range)]).lengthContradictsRange)
    }

    @Test(
        "A malformed Content-Range is none",
        arguments: [
            "", "bytes", "bytes ", "bytes 0-4", "bytes 4-0/5", "bytes 0-5/5", "bytes -4/5", "bytes 0-/5", "bytes 0--4/5", "bytes 0-x-4/5",
            "bytes 0-4-5/9",
            "bytes +0-4/5", "bytes 0-4/-5", "bytes 0-4/x", "bytes 0-4/", "bytes 0-4/5/6", "bytes0-4/5", "items 0-4/5",
            "bytes 0-4/9223372036854775808",
            "bytes 99999999999999999999-4/5", "bytes ٠-٤/5",
        ])
    func malformedRanges(value: String) {
        let answer = answer(206, [("Content-Range", value)])
        #expect(answer.contentRange == nil)
        #expect(answer.totalLength == nil)
    }

    @Test(
        "The whole length is known from the range of a 206 or 416 and the length of a 200",
        arguments: [
            (206, [("Content-Range", "bytes 0-0/7"), ("Content-Length", "1")], 7),
            (206, [("Content-Range", "bytes 0-0/*"), ("Content-Length", "1")], nil),
            (206, [("Content-Length", "1")], nil),
            (416, [("Content-Range", "bytes */7")], 7),
            (200, [("Content-Length", "7")], 7),
            (200, [("Content-Length", " 7 ")], 7),
            (200, [("Content-Length", "7"), ("Content-Range", "bytes 0-0/9")], 7),
            (200, [("Content-Length", "-7")], nil),
            (200, [("Content-Length", "+7")], nil),
            (200, [("Content-Length", "7, 7")], nil),
            (200, [], nil),
            (302, [("Content-Length", "7")], nil),
            (404, [("Content-Length", "7")], nil),
        ] as [(Int, [(String, String)], Int64?)])
    func lengths(status: Int, headers: [(String, String)], expected: Int64?) {
        #expect(answer(status, headers).totalLength == expected)
    }

    @Test(
        "Retry-After counts seconds and nothing else",
        arguments: [
            ("0", 0), ("120", 120), (" 5 ", 5), ("1.5", 1.5), ("-1", nil), ("inf", nil), ("nan", nil), ("0x10", nil), ("1e9", nil),
            ("", nil), (".", nil), ("99999999999999999999", 2_678_400), ("2678401", 2_678_400),
            ("Wed, 21 Oct 2015 07:28:00 GMT", nil),
        ] as [(String, Double?)])
    func retryAfter(value: String, expected: Double?) {
        #expect(answer(429, [("Retry-After", value)]).retryAfter?.value == expected)
    }

    @Test(
        "Only a redirect has a location",
        arguments: [(200, nil), (301, "/x"), (302, "/x"), (303, "/x"), (304, nil), (307, "/x"), (308, "/x"), (404, nil)]
            as [(Int, String?)])
    func locations(status: Int, expected: String?) {
        #expect(answer(status, [("LOCATION", "/x")]).location == expected)
        #expect(answer(status, []).location == nil)
    }

    @Test("Header names compare without regard to case, and every value is there")
    func headers() {
        var headers = HTTPHeaders([("Link", "a"), ("X", "1")])
        headers.append(name: "LINK", value: "b")
        #expect(headers["link"] == "a")
        #expect(headers.all("Link") == ["a", "b"])
        #expect(headers["none"] == nil)
    }

    @Test(
        "HTML is known by its type",
        arguments: [("text/html", true), ("Text/HTML; charset=utf-8", true), ("application/json", false), ("", false)])
    func html(type: String, expected: Bool) {
        #expect(answer(200, [("Content-Type", type)]).isHTML == expected)
        #expect(!answer(200, []).isHTML)
    }

    @Test("A range asks for both ends inclusive, or to the end")
    func rangeHeader() {
        #expect(HTTPRange(first: 0, last: 0).headerValue == "bytes=0-0")
        #expect(HTTPRange(first: 5).headerValue == "bytes=5-")
    }
}
