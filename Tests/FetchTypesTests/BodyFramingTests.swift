import Testing

@testable import FetchTypes

@Suite("The framing of a body") struct BodyFramingTests {
    static let framings: [(fields: [(name: String, value: String)], framing: BodyFraming?)] = [
        ([], .connection), ([("Content-Length", "0")], .length(0)), ([("Content-Length", "1000")], .length(1000)),
        ([("content-length", " 1000\t")], .length(1000)), ([("Content-Length", "1125899906842624")], .length(1 << 50)),
        ([("Content-Length", "1000"), ("Content-Length", "1000")], .length(1000)), ([("Content-Length", "1000, 1000")], .length(1000)),
        ([("Content-Length", "1000"), ("Content-Length", "1001")], nil), ([("Content-Length", "1000, 1001")], nil),
        ([("Content-Length", "1000,")], nil), ([("Content-Length", "")], nil), ([("Content-Length", "-1")], nil),
        ([("Content-Length", "+1")], nil), ([("Content-Length", "1e3")], nil), ([("Content-Length", "0x10")], nil),
        ([("Content-Length", "10 00")], nil), ([("Content-Length", "1125899906842625")], nil),
        ([("Content-Length", "9223372036854775808")], nil), ([("Content-Length", "18446744073709551617")], nil),
        ([("Content-Length", "99999999999999999999999999")], nil), ([("Content-Length", "١٢")], nil),
        ([("Transfer-Encoding", "chunked")], .coded), ([("Transfer-Encoding", "chunked"), ("Content-Length", "1000")], .coded),
        ([("Content-Length", "1000"), ("transfer-encoding", "gzip, chunked")], .coded),
        ([("Content-Length", "1"), ("Content-Length", "2"), ("Transfer-Encoding", "chunked")], .coded),
        ([("Content-Length", "1000"), ("Transfer-Encoding", " ")], .length(1000)),
    ]

    @Test("is found as RFC 9112 says, or not at all", arguments: framings)
    func framing(fields: [(name: String, value: String)], framing: BodyFraming?) throws {
        #expect((try? BodyFraming(HTTPHeaders(fields))) == framing)
        var head = HTTPResponse(status: 200, headers: HTTPHeaders(fields))
        guard let framing else {
            #expect(throws: BodyFraming.Violation.self) { try head.applyFraming() }
            return
        }
        try head.applyFraming()
        if case .length(let length) = framing {
            #expect(head.headers.all("Content-Length") == ["\(length)"])
            #expect(head.totalLength == length)
        } else {
            #expect(head.headers.all("Content-Length").isEmpty)
            #expect(head.totalLength == nil)
        }
        #expect(head.hadFalseLength == (framing == .coded && fields.count > 1))
    }

    @Test("System text is UTF-8, or refused")
    func systemText() {
        #expect(SystemText.read(Array("Ä/ö".utf8)) == "Ä/ö")
        #expect(SystemText.read([0x64, 0xE9]) == nil)
        #expect(SystemText.read([0xED, 0xA0, 0x80]) == nil)
        #expect(SystemText.shown([0x64, 0xE9, 0x1B, 0x2F]) == "d\\xE9\\x1B/")
    }
}
