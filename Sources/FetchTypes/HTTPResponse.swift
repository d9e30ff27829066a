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
    /// `Content-Length` of a 200. Nil when unknown; what no file has is unknown too: see ``declaredSize``.
    package var totalLength: Int64? { declaredSize.count?.bytes }

    /// As ``totalLength``, with a size that no file has told from one that is not given.
    package var declaredSize: DeclaredSize {
        switch status {
        case 206, 416:
            if let range = contentRange { return range.total.map { DeclaredSize($0) } ?? .unknown }
            guard let parts = rangeParts else { return .unknown }
            // An impossible part does not make a possible total wrong.
            if case .impossible(let text) = DeclaredSize(text: parts[1]) { return .impossible(text) }
            return .unknown
        case 200: return headers["Content-Length"].map { DeclaredSize(text: $0.trimmed) } ?? .unknown
        default: return .unknown
        }
    }

    /// `Content-Length` of whatever status, in bytes; nil when it is absent, malformed or out of bounds.
    package var contentLength: Int64? { headers["Content-Length"].flatMap { ByteCount(decimal: $0.trimmed)?.bytes } }

    /// The text around the slash of `Content-Range`; nil when that has another form.
    private var rangeParts: [Substring]? {
        guard let value = headers["Content-Range"]?.trimmed, value.lowercased().hasPrefix("bytes") else { return nil }
        // Some servers write `bytes=`, after the request's spelling.
        guard let separator = value.dropFirst(5).first, separator == " " || separator == "=" else { return nil }
        let parts = value.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 ? parts : nil
    }

    /// `Content-Range` (RFC 9110, 14.4), or nil when absent, malformed or out of ``ByteCount``'s bounds. The unsatisfied
    /// form `*/total` has no bytes: first 0, last -1.
    package var contentRange: (first: Int64, last: Int64, total: Int64?)? {
        guard let parts = rangeParts else { return nil }
        let total = ByteCount(decimal: parts[1])?.bytes
        guard total != nil || parts[1] == "*" else { return nil }
        if parts[0] == "*" { return (0, -1, total) }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { ByteCount(decimal: $0)?.bytes }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        if let total, last >= total { return nil }
        return (first, last, total)
    }

    /// Whether a part is announced with another `Content-Length` than its `Content-Range` spans: one of the two is wrong.
    package var lengthContradictsRange: Bool {
        guard status == 206, let contentLength, let contentRange else { return false }
        return contentLength != contentRange.last - contentRange.first + 1
    }

    /// `Retry-After` in seconds (RFC 9110, 10.2.3, the seconds form; a fraction is accepted); 31 days at most.
    package var retryAfter: Seconds? { headers["Retry-After"].flatMap { Seconds(clampingDecimal: $0.trimmed) } }

    package var isHTML: Bool { headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false }
}

extension String {
    /// Without the spaces and tabs that may be around a field value.
    fileprivate var trimmed: String {
        let marks: Set<Character> = [" ", "\t"]
        let start = drop { marks.contains($0) }
        return String(start.reversed().drop { marks.contains($0) }.reversed())
    }
}

/// Sends one request and returns its answer, whatever its status.
/// - Throws: ``TransportFault`` when no answer came.
package typealias HTTPSend = @Sendable (HTTPRequest) async throws -> HTTPResponse
