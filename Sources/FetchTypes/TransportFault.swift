/// No (whole) answer came: what broke on the way.
package struct TransportFault: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The host has no address.
        case nameResolution
        /// Nothing accepts connections there, or none was made in time.
        case connect
        case tls
        /// The proxy's name has no address.
        case proxyName
        /// Nothing accepts connections where the proxy should be.
        case proxyConnect
        /// The proxy refuses, or wants a login.
        case proxyRefusal
        /// Nothing came for too long.
        case timeout
        /// The connection broke in the middle, or nothing came.
        case dropped
        /// The server ended its answer before all of the announced bytes had come.
        case cut
        /// The address is one that an untrusted redirect must not lead to.
        case forbiddenAddress
        case cancelled
        /// The answer cannot be understood as HTTP.
        case malformed

        /// Whether it is the proxy's fault, and not that of the host behind it.
        package var isOfProxy: Bool { [.proxyName, .proxyConnect, .proxyRefusal].contains(self) }
    }

    package var kind: Kind
    /// The host that was asked; never more of the URL.
    package var host: String
    /// libcurl's message, without URL.
    package var detail: String

    package init(_ kind: Kind, host: String, detail: String) {
        self.kind = kind
        self.host = host
        self.detail = ForeignText(detail).description
    }

    package var description: String { "\(host): \(detail)" }
}
