/// What a member says of itself to another member that asks.
struct FleetHello: Codable, Sendable, Equatable {
    /// Nil before it has one.
    var rank: Int?
    var isCoordinator: Bool
    /// The name of the coordinator that it follows, or is; empty where it follows none.
    var epoch: String
    /// Of its manifest.
    var digest: String
}

/// Events from a number on.
struct FleetEvents: Codable, Sendable, Equatable {
    var events: [FleetEvent]
    /// The number of the next one.
    var next: Int

    /// Events of one answer at most: a segment's hashes are 10 KiB.
    static let most = 64
}
