package import FetchTypes

/// The proxy variables of the environment, in either case; the lower-case name wins.
package struct ProxySettings: Sendable {
    /// Proxy URLs may hold a password: they are secrets.
    package private(set) var http: Secret?
    package private(set) var https: Secret?
    package private(set) var all: Secret?
    /// Hosts, `.domains`, `host:port` and blocks of addresses that are reached directly; `*` means all of them.
    package private(set) var exceptions: [String]

    package init(environment: [String: String] = [:]) {
        func value(_ name: String) -> String? {
            [name, name.uppercased()].compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        http = value("http_proxy").flatMap(Secret.init(trimming:))
        https = value("https_proxy").flatMap(Secret.init(trimming:))
        all = value("all_proxy").flatMap(Secret.init(trimming:))
        exceptions = (value("no_proxy") ?? "").split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    }

    /// Whether aria2c supports this kind of proxy: plain HTTP, which is also what an address without a scheme means.
    package static func isHTTP(_ proxy: Secret) -> Bool {
        let address = proxy.reveal()
        return !address.contains("://") || address.hasPrefix("http://")
    }

    /// The port of a proxy that is given as ``isHTTP(_:)`` takes it.
    package static func port(of proxy: Secret) -> Int {
        let address = proxy.reveal()
        return WebURL(address.contains("://") ? address : "http://" + address)?.port ?? 80
    }

    /// An address without a proxy: port 1 of this host, where no process listens. Requests that must not leave are sent there.
    package static let nowhere = "http://127.0.0.1:1"

    package var isEmpty: Bool { http == nil && https == nil && all == nil }

    /// The proxy for this URL, or nil for a direct connection.
    package func proxy(for url: WebURL) -> Secret? {
        guard !isException(url) else { return nil }
        return (url.scheme == "https" ? https : http) ?? all
    }

    /// Whether an IPv4 address lies in a block (`10.0.0.0/8`), as curl and Python's requests read such an exception.
    private static func block(_ block: String, contains host: String) -> Bool {
        let parts = block.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bits = Int(parts[1]), (0...32).contains(bits), let network = address(parts[0]),
            let address = address(host)
        else { return false }
        return bits == 0 || (network ^ address) >> UInt32(32 - bits) == 0
    }

    private static func address(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return parts.count == 4 ? parts.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }

    private func isException(_ url: WebURL) -> Bool {
        exceptions.contains { entry in
            if entry == "*" { return true }
            if entry.contains("/") { return Self.block(entry, contains: url.host) }
            var name = Substring(entry)
            if let colon = entry.lastIndex(of: ":"), !entry.hasSuffix("]"), entry.filter({ $0 == ":" }).count == 1 || entry.hasPrefix("[") {
                guard TCPPort.parse(entry[entry.index(after: colon)...]) == url.port else { return false }
                name = entry[..<colon]
            }
            while name.first == "." || name.first == "*" { name.removeFirst() }
            if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
            return !name.isEmpty && (url.host == name || url.host.hasSuffix("." + name))
        }
    }
}
