/// One request as the hub saw it.
package struct RecordedRequest: Codable, Sendable, Equatable {
    /// `hub`, `civitai`, `cdn`, `gdrive`, `github`, `modelscope` or `ollama`.
    package var server: String
    package var method: String
    /// The request target as sent, percent-encoding and query included.
    package var path: String
    /// Name and value of each header, sorted by name. A name sent twice shows its last value.
    package var headers: [[String]]
    /// The status answered; 0 when the connection was closed without an answer.
    package var status: Int
    /// Body bytes given to the socket, chunked framing not counted.
    package var bodyBytesSent: Int64
    /// The client's port: the same for all requests of one TCP connection to one server.
    package var connection: Int
    /// Seconds since 1970 when the request had arrived.
    package var time: Double
    /// Whether the body was given to the socket to its end. False while it is being sent and after a cut.
    package var finished: Bool

    /// The value of a header; names are compared without regard to case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0[0].lowercased() == wanted }?[1]
    }
}
