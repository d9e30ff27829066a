/// Where requests that follow one another go: only those of one lane are sure to find the connection that the last one left open.
package final class ConnectionLane: Sendable {
    enum Path: Sendable, Equatable {
        /// A connection of its own, on that thread: HTTP/1.1, because several ranges of one file are to have several connections.
        case own(thread: Int)
        /// A stream of the connections that small files and small answers of https servers share.
        case stream
        /// The same for a large file: it takes what resolving has left open.
        case keptConnection
    }

    let path: Path
    private let onEnd: @Sendable () -> Void

    init(_ path: Path, onEnd: @escaping @Sendable () -> Void = {}) {
        self.path = path
        self.onEnd = onEnd
    }

    deinit { onEnd() }
}

/// How many requests are under way at once where a server offers HTTP/2.
package enum StreamLimits {
    /// Connections to one host.
    package static let connections = 4
    /// Streams of one connection.
    package static let streamsPerConnection = 32
    /// Requests at once to one host.
    package static let requests = connections * streamsPerConnection
    /// Connections to one host that answers over HTTP/1.1.
    static let singleConnections = 32
}
