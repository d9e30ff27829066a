package import FetchTypes

/// Storage that sends on to other storage: a source's link is its last word, and what that redirects to is learnt here.
extension ByteLink {
    /// The link at the end of this one's redirects, found by asking for one byte; what is secret stays with the origin that it is
    /// for. The same link when it does not redirect, or when asking is all that is refused.
    /// - Throws: ``Failure`` when a redirect may not be followed, ``TransportFault``.
    package func followed(by send: @escaping HTTPSend) async throws -> ByteLink {
        let walk = RedirectWalk(policy: RedirectPolicy(start: url, mayStartInside: allowsPrivateAddress), send: send)
        let arrival = try await walk.run(
            HTTPRequest(.get, url, headers: headers, range: HTTPRange(first: 0, last: 0), maximumBody: 1 << 14, timeout: 60),
            secrets: OriginBoundSecrets(headers: secretHeaders, origins: [url.origin]))
        guard arrival.url != url else { return self }
        var link = self
        link.url = arrival.url
        link.secretHeaders = arrival.secrets.headers
        // Whichever of the two expires first.
        link.expires = [expires, SignedLink.expires(of: arrival.url)].compactMap(\.self).min()
        link.allowsPrivateAddress = walk.policy.allowsPrivateAddress(arrival.url)
        link.etag = nil
        link.lastModified = nil
        link.servesRanges = nil
        link.assumesRanges = false
        link.answer = nil
        return link
    }
}
