import FetchTypes

/// An HTTP/1.1 answer as bytes: head, empty line, body. What is malformed is passed over.
struct Answer: Sendable {
    let response: HTTPResponse

    init(_ bytes: [UInt8]) {
        var status = 200
        var headers = HTTPHeaders()
        var rest = bytes[...]
        var isFirst = true
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            var line = rest[rest.startIndex..<end]
            rest = rest[(end + 1)...]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            if line.isEmpty { break }
            let text = String(decoding: line, as: UTF8.self)
            if isFirst, text.hasPrefix("HTTP/") {
                status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            } else if let colon = text.firstIndex(of: ":") {
                headers.append(name: String(text[..<colon]), value: String(text[text.index(after: colon)...].drop { $0 == " " }))
            }
            isFirst = false
        }
        response = HTTPResponse(status: status, headers: headers, body: Array(rest))
    }
}
