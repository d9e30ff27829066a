package import FetchTypes

/// An address for bytes, signed or not. The URL's query may be a signature: it is never shown or stored.
package struct ByteLink: Sendable {
    package var url: WebURL
    /// What the bytes themselves need (the typed origin's own headers); empty for signed links. A file
    /// whose link has any is fetched by the builtin engine.
    package var secretHeaders: [(name: String, value: Secret)]
    /// Ordinary headers that the bytes need.
    package var headers: [(name: String, value: String)]
    /// When the link stops working, in seconds since 1970 **by the server's clock**; nil when it does not say.
    package var expires: Double?
    /// Server clock minus ours, in seconds, from the `Date` of the answer that gave the link.
    package var clockOffset: Double
    /// How large the file is, where the source said so along with the link.
    package var length: ByteCount?
    /// ``length`` in bytes.
    package var size: Int64? { length?.bytes }
    /// The entity tag of the bytes, quotes and all, where the answer that gave the link was the file itself.
    package var etag: String?
    /// `Last-Modified` of the same answer, as it was sent.
    package var lastModified: String?
    /// Whether the link may lead into loopback or private networks (the typed host or endpoint is there itself).
    package var allowsPrivateAddress: Bool
    /// Whether the server gives parts of the file, where it has shown that; nil when it has not been asked.
    package var servesRanges: Bool?
    /// Whether its storage is known to give parts of files, though this link has not been asked: all connections are opened at once.
    package var assumesRanges = false
    /// The answer of the link itself to a request for one byte, where that is how it was found.
    package var answer: LinkAnswer?
    /// A small file, of which there may be thousands: several connections gain nothing, and every further request costs.
    package var isSmall = false

    package init(
        url: WebURL, secretHeaders: [(name: String, value: Secret)] = [], headers: [(name: String, value: String)] = [],
        expires: Double? = nil, clockOffset: Double = 0, size: ByteCount? = nil, etag: String? = nil,
        allowsPrivateAddress: Bool = false, servesRanges: Bool? = nil
    ) {
        self.url = url
        self.servesRanges = servesRanges
        self.secretHeaders = secretHeaders
        self.headers = headers
        self.expires = expires
        self.clockOffset = clockOffset
        length = size
        self.etag = etag
        self.allowsPrivateAddress = allowsPrivateAddress
    }
}
