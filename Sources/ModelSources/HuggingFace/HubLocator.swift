internal import FetchTypes

/// One commit of a repo: what its files have in common. A class, so that 50,000 of them share it.
final class HubCommit: Sendable {
    let session: HubSession
    let subject: HubSubject
    /// 40 hexadecimal digits.
    let id: String

    init(session: HubSession, subject: HubSubject, id: String) {
        self.session = session
        self.subject = subject
        self.id = id
    }
}

/// Asks the Hub where a file's bytes are: one request for a signed link, none of the bytes.
struct HubLocator: ByteLocator {
    let repo: HubCommit
    let path: String
    /// What the file list said.
    let length: ByteCount?
    let digest: PublishedDigest?
    private var size: Int64? { length?.bytes }
    var host: String { session.endpoint.host }
    private var session: HubSession { repo.session }
    private var subject: HubSubject { repo.subject }
    private var commit: String { repo.id }

    func locate() async throws -> ByteLink {
        var request = HTTPRequest(.head, try session.resolve(subject, commit: commit, path: path), maximumBody: 1 << 16)
        var arrival = try await ask(request)
        if [405, 501].contains(arrival.response.status) {
            // Some mirrors know no HEAD.
            request.method = .get
            request.range = HTTPRange(first: 0, last: 0)
            arrival = try await ask(request)
        }
        return try link(arrival)
    }

    /// The link that an answer gives.
    func link(_ arrival: RedirectWalk.Arrival) throws -> ByteLink {
        let response = arrival.response
        let offset = response.clockOffset(now: session.context.now())
        let policy = RedirectPolicy(start: session.endpoint)
        if let next = arrival.next {
            let linked = try checked(response)
            let expires = SignedLink.expires(of: next)
            // A signed link needs no further credentials, and storage refuses requests that have both.
            let secrets = expires == nil ? arrival.secrets.restricted(to: next).headers : []
            var link = ByteLink(
                url: next, secretHeaders: secrets, expires: expires, clockOffset: offset, size: linked ?? length,
                allowsPrivateAddress: policy.allowsPrivateAddress(next))
            link.isSmall = digest?.algorithm == .gitSHA1 || size ?? .max < 1 << 20
            link.assumesRanges = response.headers["Accept-Ranges"]?.lowercased() == "bytes"
            return link
        }
        // An empty file has no first byte to ask for.
        let isEmpty = response.status == 416 && response.totalLength == 0
        guard [200, 206].contains(response.status) || isEmpty else { throw HubErrors.refusal(arrival, located, session) }
        let linked = try checked(response) ?? response.declaredSize.checked(arrival.url.host, of: path) ?? length
        var link = ByteLink(
            url: arrival.url, secretHeaders: arrival.secrets.headers, expires: SignedLink.expires(of: arrival.url), clockOffset: offset,
            size: linked, etag: response.headers["ETag"],
            allowsPrivateAddress: policy.allowsPrivateAddress(arrival.url))
        link.isSmall = digest?.algorithm == .gitSHA1 || size ?? .max < 1 << 20
        return link
    }

    /// Follows what is still the same question: at the Hub, or where a mirror sends its visitors; but not to the address
    /// that answers a small file's bytes itself, nor to the content network, even where that is at the same origin.
    private func ask(_ request: HTTPRequest) async throws -> RedirectWalk.Arrival {
        try await session.ask(request, forBytesAt: commit)
    }

    private var located: HubSubject {
        var located = subject
        located.path = path
        return located
    }

    /// The size that came along with the link, once it agrees with the file list.
    private func checked(_ response: HTTPResponse) throws(Failure) -> ByteCount? {
        if let now = response.headers["X-Repo-Commit"], now.lowercased() != commit {
            throw Failure(
                .server, "asked for \(path) of \(subject.name) at \(commit.prefix(7)), the Hub offers that of another commit.",
                hint: "run the same command again; if it stays so, leave HF_ENDPOINT unset.")
        }
        let linked = try response.headers["X-Linked-Size"].map { DeclaredSize(text: $0) }?.checked(session.endpoint.host, of: path)
        if let linked = linked?.bytes, let size, linked != size {
            throw Failure(
                .size, "the Hub's file list gives \(path) of \(subject.name) \(size) bytes, its link \(linked).",
                hint: "run the same command again; if it stays so, leave HF_ENDPOINT unset.")
        }
        if let digest, let tag = response.headers["X-Linked-ETag"].map({ $0.filter { $0 != "\"" } }),
            let published = PublishedDigest(digest.algorithm, hex: tag), published != digest
        {
            throw Failure(
                .checksum, "the Hub's file list and its link disagree on the checksum of \(path) of \(subject.name).",
                why: "the list says \(digest.hex), the link \(published.hex).", hint: "run the same command again.")
        }
        return linked
    }
}

extension HubSession {
    /// Asks for a file's bytes as far as the Hub answers.
    /// - Parameter revision: as it is in the path, percent-encoded.
    func ask(_ request: HTTPRequest, forBytesAt revision: String) async throws -> RedirectWalk.Arrival {
        try await ask(request) { next in
            !next.path.contains("/api/resolve-cache/") && SignedLink.expires(of: next) == nil
                && (isHub(next) || next.path.contains("/resolve/\(revision)/"))
        }
    }
}
