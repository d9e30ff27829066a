/// Something that goes wrong on purpose, for the requests that it matches.
package struct Fault: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Close the TCP connection after `after` body bytes (default: half of the body).
        case drop
        /// The same with a TCP reset, which also takes away what had not been read yet.
        case reset
        /// Send `after` body bytes (default 0), then nothing, and keep the connection open.
        case stall
        /// Send at `bytesPerSecond` (default 65536).
        case slow
        /// Answer with `status` (default 503), `headers` and `body` instead.
        case status
        /// Answer 200 with an HTML page instead.
        case html
        /// Flip the bits of the byte at `offset` in the file (default: its middle), in answers that carry that byte.
        case wrongBytes
        /// Answer a ranged request with 200 and the whole file.
        case ignoreRange
        /// Answer a ranged request with a range that begins one byte later than asked (or earlier, for the last byte).
        case rangeOffByOne
        /// Answer a ranged request with the head that it asked for, and bytes that begin one later; the file's end is left alone.
        case shiftedBytes
        /// Answer a ranged request with one byte less than asked, and say so; ranges of one byte are left alone.
        case rangeTooShort
        /// Declare a Content-Length that is `after` (default 1) smaller than the body sent, then close.
        case lengthTooShort
        /// Declare a Content-Length that is `after` (default 1) larger than the body sent, then close.
        case lengthTooLong
        /// Send the body chunked, without Content-Length.
        case noLength
        /// Send the whole file as gzip, chunked, whatever range and coding the client asked for.
        case gzip
        /// Refuse the signed links issued before this fault was added as expired; later ones work.
        case expireNow
        /// Answer 403 to requests that have a `Want-Digest` header, as aria2 up to 1.36 sends.
        case refuseWantDigest
        /// Serve (and describe) another content with another ETag.
        case replaced
        /// From `after` body bytes on (default: half) send the content that ``replaced`` would, under the old ETag.
        case mixed
        /// Close the connection without any answer.
        case noAnswer
    }

    /// What the server's name and the request target together must contain: `cdn/plain/`, `civitai/api/v1`, or any part
    /// of a path. Empty matches every request.
    package var match: String
    package var kind: Kind
    /// How many requests it acts on; nil: all. A request on which it cannot act (a range fault on a request without
    /// Range, a cut beyond the body's end) is not counted.
    package var times: Int?
    /// How many requests it lets through before it begins to act.
    package var skip: Int?
    /// Only requests of this method.
    package var method: String?
    /// Only requests that have this header: its name, or `name: part of its value`; case does not matter.
    package var header: String?
    package var after: Int64?
    package var bytesPerSecond: Int64?
    package var status: Int?
    package var headers: [String: String]?
    package var body: String?
    package var offset: Int64?

    package init(
        _ kind: Kind, match: String = "", times: Int? = nil, skip: Int? = nil, method: String? = nil, header: String? = nil,
        after: Int64? = nil, bytesPerSecond: Int64? = nil, status: Int? = nil, headers: [String: String]? = nil, body: String? = nil,
        offset: Int64? = nil
    ) {
        self.match = match
        self.kind = kind
        self.times = times
        self.skip = skip
        self.method = method
        self.header = header
        self.after = after
        self.bytesPerSecond = bytesPerSecond
        self.status = status
        self.headers = headers
        self.body = body
        self.offset = offset
    }
}
