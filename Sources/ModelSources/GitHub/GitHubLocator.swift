internal import FetchTypes

/// Asks GitHub for an asset's signed link, which works for some minutes: by the stable address, or by its number where
/// only a token opens it.
struct GitHubAssetLocator: ByteLocator {
    let session: GitHubSession
    let subject: GitHubSubject
    /// `/owner/repo/releases/download/TAG/NAME`
    let stable: WebURL
    /// The asset in the API; nil when that was not available.
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
        guard var link = try arrival.link(session.policy, now: session.context.now()), arrival.next != nil || !arrival.response.isHTML
        else {
            throw subject.refusal(arrival.response, hasToken: session.hasToken, now: session.context.now())
        }
        // The API sends the asset itself, and not what it knows of it, to who asks so.
        if arrival.next == nil, link.url.path.contains("/releases/assets/") { link.headers = [("Accept", "application/octet-stream")] }
        return link
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
        let (link, response) = try await ask(.raw, raw, bytes: LFSPointer.longest)
        if let pointer = LFSPointer(response.body), link.size ?? 0 <= LFSPointer.longest { return Found(pointer: pointer) }
        return Found(link: link)
    }

    func locate() async throws -> ByteLink {
        if let link = try await look().link { return link }
        return try await ask(.media, media, bytes: 1).0
    }

    /// Without the token first, which public repositories do not need.
    private func ask(_ service: GitHubSession.Service, _ url: WebURL, bytes: Int64) async throws -> (ByteLink, HTTPResponse) {
        let request = HTTPRequest(.get, url, range: HTTPRange(first: 0, last: bytes - 1), maximumBody: 1 << 16)
        var arrival = try await session.ask(service, request, withToken: false)
        if [401, 403, 404].contains(arrival.response.status), session.hasToken { arrival = try await session.ask(service, request) }
        guard let link = try arrival.link(session.policy, now: session.context.now()) else {
            throw subject.refusal(arrival.response, hasToken: session.hasToken, now: session.context.now())
        }
        return (link, arrival.response)
    }
}
