internal import FetchTypes

/// Where redirects may lead, seen from the URL that a person typed or the endpoint of a service.
///
/// Never from https to http, and never to loopback, link-local or private addresses unless the start is
/// there itself. A name that resolves to such an address is the transport's to refuse, which
/// ``allowsPrivateAddress(_:)`` tells it to.
struct RedirectPolicy: Sendable {
    static let maximumHops = 20

    let start: WebURL
    /// Whether the start may lead into private networks: false for a link from an untrusted source.
    var mayStartInside = true

    /// Whether connecting into private networks is in order for this URL: the host was typed, or what was typed is there too.
    func allowsPrivateAddress(_ url: WebURL) -> Bool {
        mayStartInside && (url.host == start.host || HostAddress(start.host).isPrivate)
    }

    /// - Throws: ``Failure`` when the start itself is an address that an untrusted source may not name.
    func checkStart() throws(Failure) {
        guard !mayStartInside, HostAddress(start.host).isPrivate else { return }
        throw Failure(
            .unreachable, "\(start.origin) is an address inside a private network, and the link was not typed.",
            why: "lists and workflows come from others: their links may not reach this network.",
            hint: "if you trust it, give that address to fetchctl add yourself.")
    }

    /// The URL that a `Location` leads to.
    /// - Throws: ``Failure`` when it may not be followed.
    func target(from url: WebURL, location: String) throws(Failure) -> WebURL {
        guard let next = url.resolving(location) else {
            throw Failure(.server, "\(url.host) redirects to something that is no web address.", hint: "use another link for this file.")
        }
        guard url.scheme == "http" || next.scheme == "https" else {
            throw Failure(
                .tls, "\(url.host) redirects from https to unencrypted http at \(next.host), which is not followed.",
                why: "anyone on the way could then change or read what is sent.", hint: "use another link for this file.")
        }
        guard !HostAddress(next.host).isPrivate || allowsPrivateAddress(next) else {
            throw Failure(
                .unreachable, "\(url.host) redirects to \(next.origin), an address inside a private network, which is not followed.",
                why: "only an address that you type yourself may lead there.", hint: "if you trust it, give that address itself.")
        }
        return next
    }
}
