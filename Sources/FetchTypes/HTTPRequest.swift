/// One request, whole: what goes out and within which bounds. Redirects are never followed by the
/// transport; the caller decides hop by hop.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    package var method: Method
    package var url: WebURL
    /// Ordinary header fields; nothing secret.
    package var headers: [(name: String, value: String)]
    /// Header fields whose values are secret (`Authorization`, `Cookie`); sent to `url`'s origin only.
    package var secretHeaders: [(name: String, value: Secret)]
    /// Bytes asked for, both ends inclusive (RFC 9110, 14.2); an open end is nil.
    package var range: HTTPRange?
    package var body: [UInt8]?
    /// An answer whose body is longer than this is cut there: ``HTTPResponse/isTruncated`` says so. Bytes.
    package var maximumBody: Int
    /// For the whole exchange; nil for no bound but the silence limit.
    package var timeout: Seconds?
    /// Whether an address in a loopback, link-local or private network may be connected to, as long as the host was there from
    /// the first connection on.
    package var allowsPrivateAddress: Bool
    /// Connections to the same host that are likely to be wanted at once when this is answered: where the answer takes long, they
    /// are made meanwhile.
    package var furtherConnections = 0

    package init(
        _ method: Method = .get, _ url: WebURL, headers: [(name: String, value: String)] = [],
        secretHeaders: [(name: String, value: Secret)] = [], range: HTTPRange? = nil, body: [UInt8]? = nil,
        maximumBody: Int = 64 << 20, timeout: Seconds? = nil, allowsPrivateAddress: Bool = true
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.secretHeaders = secretHeaders
        self.range = range
        self.body = body
        self.maximumBody = maximumBody
        self.timeout = timeout
        self.allowsPrivateAddress = allowsPrivateAddress
    }
}

/// A byte range as `Range: bytes=first-last` asks for it.
package struct HTTPRange: Sendable, Equatable {
    package var first: Int64
    /// Inclusive; nil means to the end.
    package var last: Int64?

    package init(first: Int64, last: Int64? = nil) {
        self.first = first
        self.last = last
    }

    /// - Parameter bytes: offsets, the end exclusive.
    /// - Returns: nil when there are none: no such range can be asked for.
    package init?(_ bytes: Range<Int64>) {
        guard !bytes.isEmpty else { return nil }
        self.init(first: bytes.lowerBound, last: bytes.upperBound - 1)
    }

    /// The value of the `Range` header field.
    package var headerValue: String { "bytes=\(first)-\(last.map(String.init) ?? "")" }
}
