import FetchTypes
import Testing
@testable import Curl

@Suite("The parser of an answer's head") struct HeaderParserTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var lines: [String]
        /// The line, from 0, that ends the head; nil: none does.
        var end: Int?
        var status: Int
        var fields: [String] = []
    }

    static let rows: [Row] = [
        Row(
            testDescription: "a plain head", lines: ["HTTP/1.1 206 Partial Content", "ETag: \"a\"", ""], end: 2, status: 206,
            fields: ["ETag=\"a\""]),
        Row(testDescription: "HTTP/2 has no reason", lines: ["HTTP/2 200 ", "a: b", ""], end: 2, status: 200, fields: ["a=b"]),
        Row(
            testDescription: "an interim answer is passed over", lines: ["HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/1.1 200 OK", ""],
            end: 4, status: 200),
        Row(
            testDescription: "blanks before a value are none of it", lines: ["HTTP/1.1 200 OK", "a: \t b ", ""], end: 2, status: 200,
            fields: ["a=b "]),
        Row(testDescription: "an empty value", lines: ["HTTP/1.1 200 OK", "a:", ""], end: 2, status: 200, fields: ["a="]),
        Row(
            testDescription: "colons in a value", lines: ["HTTP/1.1 200 OK", "Location: http://h:1/", ""], end: 2, status: 200,
            fields: ["Location=http://h:1/"]),
        Row(testDescription: "a line without a colon is passed over", lines: ["HTTP/1.1 200 OK", "junk", ""], end: 2, status: 200),
        Row(
            testDescription: "a field that is called as the protocol", lines: ["HTTP/1.1 200 OK", "HTTP/9: x", ""], end: 2, status: 200,
            fields: ["HTTP/9=x"]),
        Row(
            testDescription: "a field twice is there twice", lines: ["HTTP/1.1 200 OK", "a: 1", "a: 2", ""], end: 3, status: 200,
            fields: ["a=1", "a=2"]),
        Row(
            testDescription: "trailers end nothing", lines: ["HTTP/1.1 200 OK", "", "Digest: x", ""], end: 1, status: 200,
            fields: ["Digest=x"]),
        Row(testDescription: "a status that is not a number", lines: ["HTTP/1.1 abc", ""], end: nil, status: 0),
        Row(testDescription: "nothing but an empty line", lines: [""], end: nil, status: 0),
    ]

    @Test("reads the status, the fields and where they end", arguments: rows)
    func reads(row: Row) {
        var parser = HeaderParser()
        var ends: [Int] = []
        for (index, line) in row.lines.enumerated() where parser.take(Array("\(line)\r\n".utf8)) { ends.append(index) }
        #expect(ends == (row.end.map { [$0] } ?? []))
        #expect(parser.head.status == row.status)
        #expect(parser.head.headers.fields.map { "\($0.name)=\($0.value)" } == row.fields)
    }
}
