import Foundation

/// An answer, before it is put on the wire.
struct Reply: Sendable {
    enum Body: Sendable {
        case data(Data)
        /// A part of a file, made while it is sent.
        case file(PracticeFile, Range<Int64>)

        var count: Int64 {
            switch self {
            case .data(let data): Int64(data.count)
            case .file(_, let range): Int64(range.count)
            }
        }
    }

    var status: Int
    var headers: [(name: String, value: String)]
    var body: Body
    var delivery = Delivery()

    /// How the body leaves, when a fault says that it does not simply leave.
    struct Delivery: Sendable {
        /// Close the connection when this many body bytes are sent.
        var closeAfter: Int64?
        /// That closing is a TCP reset.
        var resets = false
        /// Send no more when this many body bytes are sent.
        var stallAfter: Int64?
        var bytesPerSecond: Int64?
        /// Offset in the file of a byte whose bits are flipped.
        var flippedByte: Int64?
        /// How far in the file the bytes sent are behind those named.
        var shift: Int64 = 0
        /// Body bytes after which another content is sent.
        var replacedFrom: Int64?
        /// Added to the Content-Length that is declared.
        var lengthError: Int64 = 0
        var isChunked = false
        /// Close without sending anything at all.
        var isSilent = false
    }

    init(_ status: Int, headers: [(name: String, value: String)] = [], body: Body = .data(Data())) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ value: JSON, status: Int = 200, headers: [(name: String, value: String)] = []) -> Reply {
        Reply(status, headers: [("Content-Type", "application/json; charset=utf-8")] + headers, body: .data(value.data))
    }

    static func text(
        _ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8", headers: [(name: String, value: String)] = []
    ) -> Reply {
        Reply(status, headers: [("Content-Type", type)] + headers, body: .data(Data(text.utf8)))
    }

    static func html(_ title: String, status: Int = 200) -> Reply {
        let page = "<!DOCTYPE html><html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n"
        return text(page, status: status, type: "text/html; charset=utf-8")
    }

    /// A redirect with the short text body that the services' frameworks write.
    static func redirect(_ status: Int, to location: String, headers: [(name: String, value: String)] = []) -> Reply {
        let word = status == 302 ? "Found" : "Temporary Redirect"
        return text("\(word). Redirecting to \(location)", status: status, headers: [("Location", location)] + headers)
    }

    /// An error of an S3-like service.
    static func xml(_ status: Int, code: String, message: String) -> Reply {
        let body = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>\(code)</Code><Message>\(message)</Message><RequestId>PRACTICE</RequestId></Error>
            """
        return text(body, status: status, type: "application/xml")
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    mutating func setHeader(_ name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append((name, value))
    }
}
