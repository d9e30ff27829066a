internal import FetchTypes

/// Asks GitHub for an asset's signed link, which works for some minutes: by the stable address, or by its number where
/// only a token opens it.
struct GitHubAssetLocator: ByteLocator {
    let session: GitHubSession
    let subject: GitHubSubject
    /// `/owner/repo/releases/download/TAG/NAME`
    let stable: WebURL
    /// The asset in the API; nil when that was not to be had.
    let number: WebURL?
    var host: String { session.host }

    func locate() async throws -> ByteLink {
        let range = HTTPRange(first: 0, last: 0)
        var arrival = try await session.ask(.site, HTTPRequest(.get, stable, range: range, maximumBody: 1 << 16))
        // The site knows no token: what is private is not there for it.
        if [401, 403, 404].contains(arrival.response.status), session.hasToken, let number {
            arrival = try await session.ask(
                .api, HTTPRequest(.get, number, headers: [("Accept", "application/octet-stream")], range: range, maximumBody: 1 << 16))
        }
        let response = arrival.response
        let offset = response.clockOffset(now: session.context.now())
        if let next = arrival.next {
            return ByteLink(
                url: next, expires: SignedLink.expires(of: next), clockOffset: offset,
                allowsPrivateAddress: session.policy.allowsPrivateAddress(next))
        }
        let isEmpty = response.status == 416 && response.totalLength == 0
        guard [200, 206].contains(response.status) || isEmpty, !response.isHTML else {
            throw subject.refusal(response, hasToken: session.hasToken, now: session.context.now())
        }
        return ByteLink(
            url: arrival.url, secretHeaders: arrival.secrets.headers,
            headers: arrival.url.path.contains("/releases/assets/") ? [("Accept", "application/octet-stream")] : [],
            clockOffset: offset, size: response.totalLength, etag: response.headers["ETag"],
            allowsPrivateAddress: session.policy.allowsPrivateAddress(arrival.url), servesRanges: response.status == 206)
    }
}

/// Where a repository's file has its bytes: git's own are raw, those of LFS are media, and only the beginning of the raw
/// ones tells which they are.
struct GitHubFileLocator: ByteLocator {
    let session: GitHubSession
    let subject: GitHubSubject
    let raw: WebURL
    let media: WebURL
    var host: String { session.host }

    struct Found: Sendable {
        /// The raw file's own link; nil for one that LFS keeps.
        var link: ByteLink?
        var pointer: LFSPointer?
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func look() async throws -> Found {
        let (arrival, size) = try await ask(.raw, raw, bytes: LFSPointer.longest)
        if let pointer = LFSPointer(arrival.response.body), size ?? 0 <= LFSPointer.longest { return Found(pointer: pointer) }
        return Found(link: link(arrival, size))
    }

    func locate() async throws -> ByteLink {
        let found = try await look()
        if let link = found.link { return link }
        let (arrival, size) = try await ask(.media, media, bytes: 1)
        return link(arrival, size)
    }

    /// Without the token first, which public repositories do not need.
    private func ask(_ service: GitHubSession.Service, _ url: WebURL, bytes: Int64) async throws -> (RedirectWalk.Arrival, Int64?) {
        let request = HTTPRequest(.get, url, range: HTTPRange(first: 0, last: bytes - 1), maximumBody: 1 << 16)
        var arrival = try await session.ask(service, request, withToken: false)
        if [401, 403, 404].contains(arrival.response.status), session.hasToken { arrival = try await session.ask(service, request) }
        if arrival.next != nil { return (arrival, nil) }
        let response = arrival.response
        let isEmpty = response.status == 416 && response.totalLength == 0
        guard [200, 206].contains(response.status) || isEmpty else {
            throw subject.refusal(response, hasToken: session.hasToken, now: session.context.now())
        }
        return (arrival, response.contentCoding == nil ? response.totalLength : nil)
    }

    private func link(_ arrival: RedirectWalk.Arrival, _ size: Int64?) -> ByteLink {
        let response = arrival.response
        let offset = response.clockOffset(now: session.context.now())
        if let next = arrival.next {
            return ByteLink(
                url: next, expires: SignedLink.expires(of: next), clockOffset: offset,
                allowsPrivateAddress: session.policy.allowsPrivateAddress(next))
        }
        return ByteLink(
            url: arrival.url, secretHeaders: arrival.secrets.headers, clockOffset: offset, size: size, etag: response.headers["ETag"],
            allowsPrivateAddress: session.policy.allowsPrivateAddress(arrival.url), servesRanges: response.status == 206)
    }
}
