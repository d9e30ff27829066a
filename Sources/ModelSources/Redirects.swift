internal import FetchTypes

/// Where redirects may lead, seen from the URL that a person typed or the endpoint of a service.
///
/// Never from https to http, and never to loopback, link-local or private addresses unless the start is
/// there itself. A name that resolves to such an address is the transport's to refuse, which
/// ``allowsPrivateAddress(_:)`` tells it to.
struct RedirectPolicy: Sendable {
    static let maximumHops = 20

    let start: WebURL

    /// Whether connecting into private networks is in order for this URL: the host was typed, or what was typed is there too.
    func allowsPrivateAddress(_ url: WebURL) -> Bool {
        url.host == start.host || HostAddress(start.host).isPrivate
    }

    /// The URL that a `Location` leads to.
    /// - Throws: ``Failure`` when it may not be followed.
    func target(from url: WebURL, location: String) throws(Failure) -> WebURL {
        guard let next = Self.resolve(location, from: url) else {
            throw Failure(.server, "\(url.host) redirects to something that is no web address.")
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

    private static func resolve(_ location: String, from url: WebURL) -> WebURL? {
        // An absolute path may well hold "://" in its query; it needs no merging.
        location.hasPrefix("/") && !location.hasPrefix("//") ? WebURL("\(url.origin)\(location)") : url.resolving(location)
    }
}

/// Header values that are secret, and the origins they may be sent to.
struct BoundSecrets: Sendable {
    var headers: [(name: String, value: Secret)] = []
    var origins: Set<Origin> = []

    static let none = BoundSecrets()

    /// The same, or nothing when the URL is elsewhere, or unencrypted and not on this machine.
    func restricted(to url: WebURL) -> BoundSecrets {
        origins.contains(url.origin) && Self.isConfidential(url) ? self : .none
    }

    static func isConfidential(_ url: WebURL) -> Bool {
        url.scheme == "https" || HostAddress(url.host).isLoopback
    }
}

/// Follows redirects by hand.
struct RedirectWalk: Sendable {
    let policy: RedirectPolicy
    let send: HTTPSend

    /// Where a walk ended.
    struct Arrival: Sendable {
        var response: HTTPResponse
        /// The URL that gave the answer.
        var url: WebURL
        /// Where the answer leads, when it is a redirect that was not followed.
        var next: WebURL?
        /// What was sent along with the last request.
        var secrets: BoundSecrets
    }

    /// - Parameters:
    ///   - secrets: sent while the walk stays at their origins; dropped for good at the first other one.
    ///   - following: whether to go on to that URL.
    /// - Throws: ``Failure`` when a redirect may not be followed or there are too many, ``TransportFault``.
    func run(
        _ first: HTTPRequest, secrets: BoundSecrets = .none, following: (WebURL) -> Bool = { _ in true }
    ) async throws -> Arrival {
        var request = first
        var secrets = secrets
        for _ in 0...RedirectPolicy.maximumHops {
            secrets = secrets.restricted(to: request.url)
            request.secretHeaders = secrets.headers
            request.allowsPrivateAddress = policy.allowsPrivateAddress(request.url)
            let response = try await send(request)
            guard let location = response.location else {
                return Arrival(response: response, url: request.url, next: nil, secrets: secrets)
            }
            let next = try policy.target(from: request.url, location: location)
            guard following(next) else { return Arrival(response: response, url: request.url, next: next, secrets: secrets) }
            if response.status <= 303, request.method == .post {
                request.method = .get
                request.body = nil
            }
            request.url = next
        }
        throw Failure(
            .server, "\(first.url.host) redirects in circles: \(RedirectPolicy.maximumHops) redirects and no answer.",
            hint: "check the link, or try again later.")
    }
}
