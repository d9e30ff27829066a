/// An answer: status, header fields of the final answer (informational ones are dropped), body.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// True when the body was longer than the request's `maximumBody` and was cut.
    package var isTruncated: Bool
    /// It named a length besides a transfer coding, which was taken out of ``headers``: other programs might believe it.
    package private(set) var hadFalseLength = false

    package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], isTruncated: Bool = false) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
    }

    /// Leaves a `Content-Length` in ``headers`` only where it is the body's length, and once (RFC 9112, 6.3).
    /// - Throws: ``BodyFraming/Violation`` when nothing of the answer may be used.
    package mutating func applyFraming() throws(BodyFraming.Violation) {
        switch try BodyFraming(headers) {
        case .length(let length): headers.set("Content-Length", to: String(length))
        case .connection: break
        case .coded:
            hadFalseLength = headers["Content-Length"] != nil
            headers.set("Content-Length", to: nil)
        }
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// How the body is packed (RFC 9110, 8.4), in lower case; nil when it is the plain bytes.
    package var contentCoding: String? {
        headers["Content-Encoding"].flatMap { $0.lowercased() == "identity" ? nil : $0.lowercased() }
    }

    /// A redirect that names where to.
    package var location: String? { [301, 302, 303, 307, 308].contains(status) ? headers["Location"] : nil }

    /// The whole resource's length in bytes: from `Content-Range` (`bytes a-b/total`) of a 206 or 416, else
    /// `Content-Length` of a 200. Nil when unknown.
    package var totalLength: Int64? {
        switch status {
        case 206, 416: contentRange?.total
        case 200: headers["Content-Length"].flatMap { Self.number($0.trimmed) }
        default: nil
        }
    }

    /// `Content-Range` (RFC 9110, 14.4), or nil when absent or malformed. The unsatisfied form `*/total` has
    /// no bytes: first 0, last -1.
    package var contentRange: (first: Int64, last: Int64, total: Int64?)? {
        guard let value = headers["Content-Range"]?.trimmed, value.lowercased().hasPrefix("bytes") else { return nil }
        // Some servers write `bytes=`, after the request's spelling.
        guard let separator = value.dropFirst(5).first, separator == " " || separator == "=" else { return nil }
        let parts = value.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let total = Self.number(parts[1])
        guard total != nil || parts[1] == "*" else { return nil }
        if parts[0] == "*" { return (0, -1, total) }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        if let total, last >= total { return nil }
        return (first, last, total)
    }

    /// `Retry-After` in seconds (RFC 9110, 10.2.3, the seconds form; a fraction is accepted).
    package var retryAfter: Double? {
        guard let value = headers["Retry-After"]?.trimmed, value.utf8.allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: ".") }) else {
            return nil
        }
        return Double(value)
    }

    /// Plain decimal digits only: `Int64` itself would take a sign.
    private static func number(_ text: some StringProtocol) -> Int64? {
        text.utf8.allSatisfy(isDigit) ? Int64(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    package var isHTML: Bool { headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false }
}

extension String {
    /// Without the spaces and tabs that may stand around a field value.
    fileprivate var trimmed: String {
        let marks: Set<Character> = [" ", "\t"]
        let start = drop { marks.contains($0) }
        return String(start.reversed().drop { marks.contains($0) }.reversed())
    }
}

/// Sends one request and returns its answer, whatever its status.
/// - Throws: ``TransportFault`` when no answer came.
package typealias HTTPSend = @Sendable (HTTPRequest) async throws -> HTTPResponse
