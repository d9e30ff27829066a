/// A change that a member reports to people and programs.
package enum FleetNote: Sendable, Equatable {
    case joined(rank: Int, size: Int, coordinator: String)
    /// Another member coordinates.
    case coordinator(rank: Int, address: String)
    case gone(rank: Int)
    case warning(kind: String, message: String)
    /// About once a second.
    case status(FleetStatus)
    /// - Parameter own: this member's bytes.
    case done(own: FleetCounts, fleet: FleetStatus)
}
