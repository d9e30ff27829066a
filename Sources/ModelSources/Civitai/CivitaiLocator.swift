internal import FetchTypes

/// Asks CivitAI for a signed link. Every success counts as a download there, so it is asked once for a job.
struct CivitaiLocator: ByteLocator {
    let session: CivitaiSession
    /// The host that knows the version.
    let base: WebURL
    let version: Int
    let file: CivitaiFile
    /// `version 5001 of "Pastel Mix"`.
    let subject: String
    let page: String?
    var earlyAccessEnds: String?
    var host: String { base.host }

    func locate() async throws -> ByteLink {
        let url = try address()
        var arrival = try await ask(url)
        // A link by `type`, `format`, … is a 404 once the file's description was edited, or a 400; its number always works.
        if [400, 404].contains(arrival.response.status), let id = file.id, url.queryValue("fileId") == nil,
            CivitaiErrors.refusal(arrival.response, subject: subject, page: page, session: session) is Failure
        {
            session.context.warn("chosen", "CivitAI's own link for \(subject) leads nowhere; asking for file \(id) by its number.")
            arrival = try await ask(try byNumber(id))
        }
        return try await link(arrival)
    }

    /// The link that an answer of the download endpoint gives.
    func link(_ arrival: RedirectWalk.Arrival) async throws -> ByteLink {
        let response = arrival.response
        let offset = response.clockOffset(now: session.context.now())
        if let next = arrival.next {
            switch CivitaiDownload.destination(next, isOwn: session.isOwn(next)) {
            case .login: throw await session.loginFailure(subject, page: page, at: base)
            case .page: throw CivitaiErrors.earlyAccess(subject, until: earlyAccessEnds, page: page)
            case .bytes:
                let expires = SignedLink.expires(of: next)
                var link = ByteLink(
                    url: next, expires: expires, clockOffset: offset, allowsPrivateAddress: session.policy.allowsPrivateAddress(next))
                // Both of its storages do, and both sign.
                link.assumesRanges = expires != nil
                return link
            }
        }
        if [200, 206].contains(response.status) {
            guard !response.isHTML else {
                throw Failure(
                    .notAModel, "CivitAI answered with a web page instead of \(subject).",
                    hint: "see \(page ?? "the model's page") for what it asks for.", page: page)
            }
            let size = try response.declaredSize.checked(arrival.url.host, of: subject)
            return ByteLink(
                url: arrival.url, secretHeaders: arrival.secrets.headers, clockOffset: offset, size: size,
                etag: response.headers["ETag"], allowsPrivateAddress: session.policy.allowsPrivateAddress(arrival.url))
        }
        let refusal = CivitaiErrors.refusal(
            response, subject: subject, page: page, session: session, earlyAccessEnds: earlyAccessEnds)
        if (refusal as? Failure)?.kind == .needsLogin { throw await session.loginFailure(subject, page: page, at: base) }
        throw refusal
    }

    private func ask(_ url: WebURL) async throws -> RedirectWalk.Arrival { try await session.askForBytes(url) }

    /// The link that the API gives, as it is, when it leads to CivitAI; under an endpoint that replaces CivitAI, there.
    private func address() throws -> WebURL {
        let given = file.downloadURL.flatMap(WebURL.init)?.removingQueryItems(["token"])
        if let given {
            if session.isOwn(given) { return given }
            if session.endpoint != nil, CivitaiSession.hosts.contains(given.host) { return try here(given) }
        }
        if let id = file.id { return try byNumber(id) }
        // Without its query the link would be the primary file's.
        if let given, given.path == "/api/download/models/\(version)" { return try here(given) }
        return try session.download(version, file: nil, at: base)
    }

    /// The same question at the host that is asked.
    private func here(_ url: WebURL) throws -> WebURL { try session.url(url.path + (url.query.map { "?" + $0 } ?? ""), at: base) }

    private func byNumber(_ id: Int) throws -> WebURL { try session.download(version, file: id, at: base) }
}

extension CivitaiSession {
    /// - Parameter file: its number; nil for the one that CivitAI chooses.
    func download(_ version: Int, file: Int?, at base: WebURL) throws(Failure) -> WebURL {
        try url("/api/download/models/\(version)" + (file.map { "?fileId=\($0)" } ?? ""), at: base)
    }

    /// Asks the download endpoint. Every success counts as a download.
    func askForBytes(_ url: WebURL) async throws -> RedirectWalk.Arrival {
        // GET, since links are signed for GET and HEAD is refused at times; one byte, should the file itself answer.
        try await ask(HTTPRequest(.get, url, range: HTTPRange(first: 0, last: 0), maximumBody: 1 << 16)) {
            isOwn($0) && $0.path.hasPrefix("/api/download/")
        }
    }
}
