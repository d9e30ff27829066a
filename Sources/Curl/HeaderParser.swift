import FetchTypes

/// Reads the head of an answer line by line, as it comes; interim answers (1xx) are passed over.
struct HeaderParser {
    /// What has been read of it; status 0 before the first status line.
    private(set) var head = HTTPResponse(status: 0)
    /// The last status line is HTTP/2's.
    private(set) var isHTTP2 = false
    /// The head has ended: an empty line after it ends trailers.
    private var isComplete = false

    /// - Parameter line: with or without its line end.
    /// - Returns: whether this line ends the head.
    mutating func take(_ line: some BidirectionalCollection<UInt8>) -> Bool {
        // By bytes: a String's characters cost more than all else that is done with a small answer.
        var text = line[...]
        while let last = text.last, last == 0x0D || last == 0x0A { text.removeLast() }
        let colon = text.firstIndex(of: UInt8(ascii: ":"))
        if text.starts(with: "HTTP/".utf8), colon == nil || head.status < 200 {
            head = HTTPResponse(status: Self.status(text))
            isHTTP2 = text.starts(with: "HTTP/2".utf8)
        } else if text.isEmpty {
            guard head.status >= 200, !isComplete else { return false }
            isComplete = true
            return true
        } else if let colon {
            let value = text[text.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
            head.headers.append(name: String(decoding: text[..<colon], as: UTF8.self), value: String(decoding: value, as: UTF8.self))
        }
        return false
    }

    /// The number in a status line; 0 where there is none.
    private static func status(_ line: some Collection<UInt8>) -> Int {
        line.split(separator: 0x20, maxSplits: 2).dropFirst().first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    /// Leaves only such a `Content-Length` in the head as is the body's (``FetchTypes/HTTPResponse/applyFraming()``).
    /// - Throws: ``BodyFraming/Violation`` when nothing of the answer may be used.
    mutating func applyFraming() throws(BodyFraming.Violation) { try head.applyFraming() }
}
