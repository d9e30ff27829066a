internal import FetchTypes

/// Header values that are secret, and the origins they may be sent to.
struct OriginBoundSecrets: Sendable {
    var headers: [(name: String, value: Secret)] = []
    var origins: Set<Origin> = []

    static let none = OriginBoundSecrets()

    /// The same, or nothing when the URL is elsewhere, or unencrypted and not on this machine.
    func restricted(to url: WebURL) -> OriginBoundSecrets {
        origins.contains(url.origin) && Self.isConfidential(url) ? self : .none
    }

    static func isConfidential(_ url: WebURL) -> Bool {
        url.scheme == "https" || HostAddress(url.host).isLoopback
    }
}
