/// An answer: status, header fields of the final answer (informational ones are dropped), body.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// True when the body was longer than the request's `maximumBody` and was cut.
    package var isTruncated: Bool

    package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], isTruncated: Bool = false) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// A redirect that names where to.
    package var location: String? { [301, 302, 303, 307, 308].contains(status) ? headers["Location"] : nil }

    /// The whole resource's length in bytes: from `Content-Range` (`bytes a-b/total`) of a 206 or 416, else
    /// `Content-Length` of a 200. Nil when unknown.
    package var totalLength: Int64? {
        if let contentRange { return contentRange.total }
        return status == 200 ? headers["Content-Length"].flatMap { Int64($0) } : nil
    }

    /// `Content-Range` (RFC 9110, 14.4), or nil when absent or malformed.
    package var contentRange: (first: Int64, last: Int64, total: Int64?)? {
        guard let value = headers["Content-Range"], value.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = value.dropFirst(6).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let total = Int64(parts[1])
        if parts[0] == "*" { return (0, -1, total) }
        let ends = parts[0].split(separator: "-").compactMap { Int64($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { return nil }
        return (ends[0], ends[1], total)
    }

    /// `Retry-After` in seconds (RFC 9110, 10.2.3, the seconds form).
    package var retryAfter: Double? { headers["Retry-After"].flatMap { Double($0) } }

    package var isHTML: Bool { headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false }
}

/// Sends one request and returns its answer, whatever its status.
/// - Throws: ``TransportFault`` when no answer came.
package typealias HTTPSend = @Sendable (HTTPRequest) async throws -> HTTPResponse
