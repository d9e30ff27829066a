internal import FetchTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The one request behind a direct link, with its redirects.
struct DirectAsker: Sendable {
    struct Answer: Sendable {
        var link: ByteLink
        /// The name that the server gives the file.
        var disposition: String?
        /// The same for those who read `filename` only, as it is there.
        var plainDisposition: String?
    }

    let url: WebURL
    let context: SourceContext

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func ask() async throws -> Answer {
        let secrets = credentials
        let policy = RedirectPolicy(start: url, mayStartInside: context.allowsPrivateStart)
        try policy.checkStart()
        let walk = RedirectWalk(policy: policy, send: context.send)
        // A server that knows no ranges sends the whole file: what is beyond an error's text is not read.
        var request = HTTPRequest(.get, url, range: HTTPRange(first: 0, last: 0), maximumBody: 1 << 14)
        if !isLikelySmall { request.furtherConnections = context.furtherConnections(url.origin) }
        let arrival = try await walk.run(request, secrets: secrets)
        let response = arrival.response
        let now = context.now()
        guard let link = try arrival.link(walk.policy, now: now) else { throw refusal(arrival, sent: secrets, now: now) }
        let disposition = response.headers["Content-Disposition"]
        return Answer(
            link: link, disposition: disposition.flatMap(ContentDisposition.fileName),
            plainDisposition: disposition.flatMap(ContentDisposition.plainName))
    }

    /// Whether the name is that of a kind of file for which one connection is enough.
    private var isLikelySmall: Bool {
        let ending = url.lastPathComponent?.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return ["json", "txt", "md", "yaml", "yml", "toml", "py", "html", "htm", "csv", "png", "jpg", "jpeg", "webp", "sha256"].contains(
            ending)
    }

    /// `--header` values, and the URL's own user and password or else those of the netrc file, for the typed origin.
    var credentials: OriginBoundSecrets {
        var headers = context.selection.headers
        if !headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            let stored = url.scheme == "https" && context.usesNetrc ? Netrc.ofUser(context)?.userInformation(host: url.host) : nil
            if let pair = url.userInformation.map(Self.decoded) ?? stored { headers.append(("Authorization", Self.basic(pair))) }
        }
        return OriginBoundSecrets(headers: headers, origins: [url.origin])
    }

    /// RFC 7617.
    /// - Parameter pair: `user:password`, as it is.
    static func basic(_ pair: Secret) -> Secret {
        Secret("Basic " + Data(pair.reveal().utf8).base64EncodedString())
    }

    /// What precedes the `@` of a URL is percent-encoded, and may lack the password.
    private static func decoded(_ userInformation: Secret) -> Secret {
        let parts = userInformation.reveal().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.percentDecoded ?? String($0) }
        return Secret(parts.count == 2 ? parts.joined(separator: ":") : parts.joined() + ":")
    }

    private func refusal(_ arrival: RedirectWalk.Arrival, sent: OriginBoundSecrets, now: Double) -> any Error {
        let response = arrival.response
        let host = arrival.url.host
        let said = ServerAnswer.words(response, hiding: sent.headers)
        let because = said.map { "\(host) said: \($0)" }
        // CloudFront and S3 refuse an old signature with 403, Google and S3 v2 also with 400, B2 with 401.
        if [400, 401, 403, 410].contains(response.status), let end = SignedLink.expires(of: arrival.url),
            end < now + response.clockOffset(now: now)
        {
            return SignedLink.expired(arrival.url, at: end)
        }
        if ServerAnswer.isTransient(response) { return ServerAnswer.refusal(response, service: host, said: said, now: now) }
        var failure = permanentRefusal(arrival, sent, host: host, because: because)
        failure.status = response.status
        return failure
    }

    private func permanentRefusal(_ arrival: RedirectWalk.Arrival, _ sent: OriginBoundSecrets, host: String, because: String?) -> Failure {
        let response = arrival.response
        switch response.status {
        case 401 where sent.headers.isEmpty:
            return Failure(
                .needsLogin, "\(host) wants a login for this file.", why: because,
                hint: "give it with --header 'Authorization: …', which is sent to the typed host only.")
        case 401:
            return Failure(
                .tokenRejected, "\(host) does not take the login that was given for this file.",
                why: arrival.secrets.headers.isEmpty ? "it was not sent there: it belongs to \(url.origin)." : because,
                hint: "check the --header value, or the user and password in the URL.")
        case 403:
            return Failure(
                .gated, "\(host) does not allow this download.", why: because ?? "HTTP 403 without a reason.",
                hint: "check that the link is whole (quote it in the shell), and whether it needs a login.")
        case 404, 410:
            return Failure(
                .notFound, "\(host) has no such file (HTTP \(response.status)).", why: because, hint: "check the link.")
        case 407:
            return Failure(.proxy, "the proxy wants a login.", hint: "put user and password into https_proxy.")
        case 451:
            return Failure(
                .region, "\(host) does not offer this file where this machine is.", why: because, hint: "look for another copy of it.")
        default:
            return Failure(
                .server, "\(host) gave an answer that is not a file (HTTP \(response.status)).", why: because,
                hint: "check the link, or try again later.")
        }
    }
}
