package import FetchTypes
import ModelSources

/// What an answer says about the version of the file that it is of (RFC 9110, 8.8).
package struct Validators: Sendable, Equatable {
    /// The entity tag as it was sent, strong or weak (`W/"…"`).
    package var etag: String?
    /// `Last-Modified` as it was sent.
    package var lastModified: String?
    /// The host that gave them.
    package var host: String?
    /// `Last-Modified` is the time of the answer: the file was changed just now, or the server makes the date up.
    var isDatedNow = false

    package init(etag: String? = nil, lastModified: String? = nil, host: String? = nil) {
        self.etag = etag.flatMap { $0.isEmpty ? nil : $0 }
        self.lastModified = lastModified.flatMap { $0.isEmpty ? nil : $0 }
        self.host = host
    }

    package init(_ head: HTTPResponse, from host: String) {
        self.init(etag: head.headers["ETag"], lastModified: head.headers["Last-Modified"], host: host)
        if let changed = lastModified.flatMap(UTCTime.imfFixdate), let sent = head.headers["Date"].flatMap(UTCTime.imfFixdate) {
            isDatedNow = abs(sent - changed) <= 1
        }
    }

    package var isEmpty: Bool { etag == nil && lastModified == nil }

    /// The entity tag where it is a strong one: the only validator that `If-Range` may name (RFC 9110, 13.1.5).
    package var strongETag: String? { etag.flatMap { $0.count > 1 && $0.hasPrefix("\"") && $0.hasSuffix("\"") ? $0 : nil } }

    /// A validator in which two answers differ.
    package enum Difference: String, Sendable {
        case etag = "ETag"
        case lastModified = "Last-Modified"
    }

    /// The first validator that both have and that is not the same.
    package func difference(from other: Validators) -> Difference? {
        if let etag, let theirs = other.etag, !Self.isSame(etag: etag, theirs) { return .etag }
        if let lastModified, let theirs = other.lastModified, !Self.isSame(date: lastModified, theirs) { return .lastModified }
        return nil
    }

    /// Whether two entity tags name the same version: the weak comparison (RFC 9110, 8.8.3.2).
    package static func isSame(etag: String, _ other: String) -> Bool { opaque(etag) == opaque(other) }

    private static func opaque(_ etag: String) -> Substring { etag.hasPrefix("W/") ? etag.dropFirst(2) : etag[...] }

    private static func isSame(date: String, _ other: String) -> Bool {
        if date == other { return true }
        guard let one = UTCTime.imfFixdate(date), let another = UTCTime.imfFixdate(other) else { return false }
        return one == another
    }

    /// What is known after another answer of the same version: everything that either of them said.
    package func merged(with newer: Validators) -> Validators {
        guard !newer.isEmpty else { return self }
        var merged = newer
        if newer.strongETag == nil, let etag, newer.etag == nil || strongETag != nil {
            (merged.etag, merged.host) = (etag, host)
        }
        merged.lastModified = newer.lastModified ?? lastModified
        return merged
    }
}
