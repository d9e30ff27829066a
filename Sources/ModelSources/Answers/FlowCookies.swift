internal import FetchTypes

/// The cookies that a service sets on the way to one file: kept while that takes, never stored (RFC 6265, as far as it concerns that).
struct FlowCookies: Sendable {
    private struct Cookie {
        var name: String
        var value: String
        /// The host that set it, or the domain that it was set for.
        var domain: String
        var coversSubdomains: Bool
        var isSecure: Bool
    }

    private var cookies: [Cookie] = []
    /// Domains that a cookie may be set for; elsewhere it is for the host that set it alone.
    private let domains: Set<String>

    init(domains: Set<String>) { self.domains = domains }

    mutating func take(_ response: HTTPResponse, from url: WebURL) {
        for line in response.headers.all("Set-Cookie") {
            let parts = line.split(separator: ";").map { $0.drop { $0 == " " } }
            guard let pair = parts.first, let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { continue }
            var cookie = Cookie(
                name: String(pair[..<equals]), value: String(pair[pair.index(after: equals)...]), domain: url.host,
                coversSubdomains: false, isSecure: false)
            for part in parts.dropFirst() {
                let attribute = part.lowercased()
                if attribute == "secure" { cookie.isSecure = true }
                guard attribute.hasPrefix("domain=") else { continue }
                let domain = String(attribute.dropFirst(7).drop { $0 == "." })
                guard domains.contains(domain), url.host == domain || url.host.hasSuffix("." + domain) else { continue }
                (cookie.domain, cookie.coversSubdomains) = (domain, true)
            }
            cookies.removeAll { $0.name == cookie.name && $0.domain == cookie.domain }
            if Secret(trimming: cookie.name + cookie.value) != nil { cookies.append(cookie) }
        }
    }

    /// The `Cookie` header for a URL; empty when there is none to send.
    func header(for url: WebURL) -> [(name: String, value: Secret)] {
        let sent = cookies.filter { cookie in
            let isMeant = url.host == cookie.domain || cookie.coversSubdomains && url.host.hasSuffix("." + cookie.domain)
            return isMeant && (!cookie.isSecure || OriginBoundSecrets.isConfidential(url))
        }
        return sent.isEmpty ? [] : [("Cookie", Secret(sent.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")))]
    }
}
