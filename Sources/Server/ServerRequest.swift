/// A request that has arrived whole, within the server's ``ServerLimits``.
package struct ServerRequest: Sendable {
    /// As sent: `GET`.
    package let method: String
    /// What precedes `?` in the request line, as sent: not decoded.
    package let path: String
    /// What follows `?`, as sent; nil where there is none.
    package let query: String?
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// The numeric address of the other side.
    package let peer: String

    package init(
        method: String = "GET", path: String, query: String? = nil, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The first field of that name; names compare without regard to case (RFC 9110, 5.1).
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
