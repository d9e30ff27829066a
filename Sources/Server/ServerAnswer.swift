/// What a handler answers. The server adds the length and what belongs to the connection.
package struct ServerAnswer: Sendable {
    /// An HTTP status from 200 to 599.
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Plain text in UTF-8.
    package static func text(_ text: String, status: Int = 200) -> ServerAnswer {
        ServerAnswer(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }
}
