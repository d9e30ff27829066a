#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// An http or https URL, kept as it was written (a signature covers every byte of it).
///
/// Its description leaves out the query, the fragment and any user information: a signed URL
/// cannot be printed by accident. ``string`` is for the request line only.
package struct WebURL: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The URL to ask for: without fragment and user information, with its query.
    package let string: String
    /// `http` or `https`.
    package let scheme: String
    /// Lower-case; IPv6 without brackets.
    package let host: String
    /// The port in force, the scheme's own included.
    package let port: Int
    /// Percent-encoded, starting with `/`.
    package let path: String
    /// Percent-encoded, without `?`.
    package let query: String?
    /// `user:password` as typed, still percent-encoded.
    package let userInformation: Secret?

    /// - Returns: nil when it is not an absolute http(s) URL with a host.
    package init?(_ text: String) {
        // Only what may not stand in a request line is escaped; what is escaped already stays as it is.
        let escaped = text.percentEncoded(keeping: "%:/?#[]@!$&'()*+,;=")
        guard let schemeEnd = escaped.firstRange(of: "://") else { return nil }
        let scheme = escaped[..<schemeEnd.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = escaped[schemeEnd.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        let at = authority.lastIndex(of: "@")
        let hostPort = at.map { authority[authority.index(after: $0)...] } ?? authority
        guard let (host, port) = Self.split(hostPort, defaultPort: scheme == "https" ? 443 : 80) else { return nil }
        let question = target.firstIndex(of: "?")
        let path = question.map { target[..<$0] } ?? target
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path.isEmpty ? "/" : String(path)
        self.query = question.map { String(target[target.index(after: $0)...]) }
        self.userInformation = at.map { Secret(String(authority[..<$0])) }
        self.string = "\(scheme)://\(hostPort)\(self.path)" + (self.query.map { "?" + $0 } ?? "")
    }

    private static func split(_ hostPort: Substring, defaultPort: Int) -> (host: String, port: Int)? {
        var host = hostPort
        var port = defaultPort
        let colon = hostPort.hasPrefix("[") ? hostPort.firstRange(of: "]:").map { hostPort.index(after: $0.lowerBound) } : hostPort.lastIndex(of: ":")
        if let colon {
            let digits = hostPort[hostPort.index(after: colon)...]
            guard digits.isEmpty || Int(digits).map({ (1...65535).contains($0) }) == true else { return nil }
            port = Int(digits) ?? defaultPort
            host = hostPort[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "@" || $0 == "[" || $0 == "]" || $0 == "%" }) else { return nil }
        return (host.lowercased(), port)
    }

    /// Where a `Location` or `Link` leads from here (RFC 3986, 5); the reference's own query is kept.
    package func resolving(_ reference: String) -> WebURL? {
        if let absolute = WebURL(reference) { return absolute }
        guard !reference.contains("://"), let base = URL(string: string) else { return nil }
        return URL(string: reference, relativeTo: base).flatMap { WebURL($0.absoluteString) }
    }

    /// The first value of a query parameter, percent-decoded; `+` is left alone.
    package func queryValue(_ name: String) -> String? {
        queryItems.first { $0.name == name }?.value
    }

    /// The query's parameters, percent-decoded, in order.
    package var queryItems: [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { item in
            let equals = item.firstIndex(of: "=")
            let name = String(equals.map { item[..<$0] } ?? item)
            let value = equals.map { String(item[item.index(after: $0)...]) } ?? ""
            return (name.percentDecoded ?? name, value.percentDecoded ?? value)
        }
    }

    /// The same URL without the query parameters of these names.
    package func removingQueryItems(_ names: Set<String>) -> WebURL {
        let kept = (query ?? "").split(separator: "&").filter { item in
            !names.contains(String(item.prefix { $0 != "=" }))
        }
        let head = string.prefix { $0 != "?" }
        return WebURL(head + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))) ?? self
    }

    package var origin: Origin { Origin(scheme: scheme, host: host, port: port) }

    /// The last part of the path, percent-decoded; nil when the path ends in a slash.
    package var lastPathComponent: String? {
        let last = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return last.isEmpty ? nil : last.percentDecoded ?? last
    }

    /// Scheme, host and path: what may be shown.
    package var redacted: String { "\(origin)\(path)" }

    package static func == (left: WebURL, right: WebURL) -> Bool { left.string == right.string }
    package func hash(into hasher: inout Hasher) { hasher.combine(string) }

    package var description: String { redacted }
    package var debugDescription: String { redacted }
}

/// Scheme, host and port: what credentials are bound to (RFC 6454).
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    package let scheme: String
    package let host: String
    package let port: Int

    package init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    package var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return (scheme == "https" ? 443 : 80) == port ? "\(scheme)://\(shown)" : "\(scheme)://\(shown):\(port)"
    }

    /// `localhost`, 127.0.0.0/8 and ::1.
    package var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host.hasPrefix("127.")
    }

    /// Whether a credential may be sent here at all: https, or http on this machine.
    package var isConfidential: Bool { scheme == "https" || isLoopback }
}
