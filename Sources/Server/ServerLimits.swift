/// The most that a server accepts from unknown clients.
package struct ServerLimits: Sendable {
    /// Bytes of all header fields of a request; more is answered with 400.
    package var maximumHeader = 16 << 10
    /// Bytes of a request's body; more is answered with 413.
    package var maximumBody = 1 << 20
    /// Connections at once, from everywhere; a further one is closed.
    package var connections = 256
    /// Connections at once from one address.
    package var connectionsPerPeer = 128
    /// How long a connection may take from its beginning, or from the beginning of the last answer, until the next request
    /// has arrived whole: who sends or reads byte after byte is bounded by it as well as who is silent.
    package var request = Duration.seconds(30)

    package init() {}
}
