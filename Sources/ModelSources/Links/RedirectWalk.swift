internal import FetchTypes

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
        var secrets: OriginBoundSecrets
    }

    /// - Parameters:
    ///   - secrets: sent while the walk stays at their origins; dropped for good at the first other one.
    ///   - following: whether to go on to that URL.
    /// - Throws: ``Failure`` when a redirect may not be followed or there are too many, ``TransportFault``.
    func run(
        _ first: HTTPRequest, secrets: OriginBoundSecrets = .none, following: (WebURL) -> Bool = { _ in true }
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
            // They were for the first host.
            request.furtherConnections = 0
        }
        throw Failure(
            .server, "\(first.url.host) redirects in circles: \(RedirectPolicy.maximumHops) redirects and no answer.",
            hint: "check the link, or try again later.")
    }
}
