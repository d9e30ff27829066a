package import FetchTypes

/// What a link has answered.
package struct LinkAnswer: Sendable {
    package var head: HTTPResponse
    /// Seconds since 1970.
    package var time: Double

    /// - Parameter head: its body is left out.
    package init(_ head: HTTPResponse, at time: Double) {
        self.head = head
        self.head.body = []
        self.time = time
    }
}
