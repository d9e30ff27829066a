/// An http or https URL, its path and query kept as they were written (a signature covers every byte of them).
///
/// Its description leaves out the query, the fragment and any user information: a signed URL
/// cannot be printed by accident, not even by `dump`. ``string`` is for the request line only.
package struct WebURL: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
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
        // Only what may not be in a request line is escaped; what is escaped already stays as it is.
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
        self.string = "\(scheme)://\(hostPort.lowercased())\(self.path)" + (self.query.map { "?" + $0 } ?? "")
    }

    /// The same place with another target; `target` starts with `/` and is escaped already.
    private init(_ base: WebURL, target: some StringProtocol) {
        let question = target.firstIndex(of: "?")
        scheme = base.scheme
        host = base.host
        port = base.port
        userInformation = base.userInformation
        path = String(question.map { target[..<$0] } ?? target[...])
        query = question.map { String(target[target.index(after: $0)...]) }
        string = "\(base.string.dropLast(base.target.count))\(target)"
    }

    /// Path and query: what follows the authority in ``string``.
    private var target: String { path + (query.map { "?" + $0 } ?? "") }

    private static let hostBytes = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

    private static func split(_ hostPort: Substring, defaultPort: Int) -> (host: String, port: Int)? {
        let isBracketed = hostPort.first == "["
        let hostEnd = isBracketed ? hostPort.firstIndex(of: "]").map { hostPort.index(after: $0) } : hostPort.firstIndex(of: ":")
        let host = hostPort[..<(hostEnd ?? hostPort.endIndex)]
        let rest = hostPort[host.endIndex...]
        guard rest.isEmpty || rest.first == ":", isAddress(host, isBracketed: isBracketed) else { return nil }
        let digits = rest.dropFirst()
        guard let port = digits.isEmpty ? defaultPort : TCPPort.parse(digits) else { return nil }
        return ((isBracketed ? host.dropFirst().dropLast() : host).lowercased(), port)
    }

    /// A name or IPv4 address of plain characters, or an IPv6 address in brackets. A name outside ASCII has to be
    /// written in its `xn--` form: nothing on the way would translate it.
    private static func isAddress(_ host: Substring, isBracketed: Bool) -> Bool {
        guard isBracketed else { return !host.isEmpty && host.utf8.allSatisfy(hostBytes.contains) }
        let inner = host.dropFirst().dropLast()
        return host.last == "]" && inner.contains(":") && inner.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }

    /// Where a `Location` or `Link` leads from here (RFC 3986, 5.2); the reference's own query is kept byte for byte.
    ///
    /// - Returns: nil when it leads to anything but http or https.
    package func resolving(_ reference: String) -> WebURL? {
        let escaped = reference.percentEncoded(keeping: "%:/?#[]@!$&'()*+,;=").prefix { $0 != "#" }
        if let mark = escaped.firstIndex(where: { ":/?".contains($0) }), escaped[mark] == ":" { return WebURL(String(escaped)) }
        if escaped.hasPrefix("//") { return WebURL("\(scheme):\(escaped)") }
        if escaped.isEmpty { return self }
        if escaped.hasPrefix("?") { return WebURL(self, target: path + escaped) }
        let relative = escaped.prefix { $0 != "?" }
        let directory = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
        let merged = relative.hasPrefix("/") ? String(relative) : String(directory + relative)
        return WebURL(self, target: Self.withoutDots(merged) + escaped.dropFirst(relative.count))
    }

    /// RFC 3986, 5.2.4.
    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part == ".." { _ = kept.popLast() }
            if part != ".", part != ".." { kept.append(part) } else if index == parts.count - 1 { kept.append("") }
        }
        return "/" + kept.joined(separator: "/")
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

    /// The same URL without the query parameters of these (percent-decoded) names; what stays keeps every byte.
    package func removingQueryItems(_ names: Set<String>) -> WebURL {
        guard let query else { return self }
        let items = query.split(separator: "&", omittingEmptySubsequences: false)
        let kept = items.filter { item in
            let name = item.prefix { $0 != "=" }
            return !names.contains(name.percentDecoded ?? String(name))
        }
        guard kept.count < items.count else { return self }
        return WebURL(self, target: path + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&")))
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
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
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
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        // Only a whole address counts: 127.example.com is a host's name.
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
    }

    /// Whether a credential may be sent here at all: https, or http on this machine.
    package var isConfidential: Bool { scheme == "https" || isLoopback }
}
