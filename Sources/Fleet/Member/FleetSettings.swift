/// How a member takes part in a fleet.
package struct FleetSettings: Sendable {
    package var roster: FleetRoster
    /// The numeric address of this machine in the fleet's network; nil: the one that reaches the coordinator.
    package var interface: String?
    /// How long a member that has everything stays for others after its last upload.
    package var linger = Duration.seconds(60)
    /// Being alone is a failure (69).
    package var isRequired = false
    /// The stream between members is encrypted.
    package var encrypts = false
    /// What this program calls itself.
    package var userAgent: String
    /// How long nobody may answer before the member goes on alone.
    package var joinTimeout = Duration.seconds(10)

    package init(roster: FleetRoster, userAgent: String) {
        self.roster = roster
        self.userAgent = userAgent
    }
}

/// How a fleet ended for one member.
package enum FleetOutcome: Sendable, Equatable {
    case done(FleetStatus)
    /// Nobody was there; why, in one sentence. Files come as without a fleet.
    case alone(String)
}

/// What a person or a program is told.
package enum FleetNote: Sendable, Equatable {
    case joined(rank: Int, size: Int, coordinator: String)
    /// Another member coordinates.
    case coordinator(rank: Int, address: String)
    case gone(rank: Int)
    case warning(kind: String, message: String)
    /// About once a second.
    case status(FleetStatus)
    /// - Parameters:
    ///   - own: this member's bytes.
    case done(own: FleetCounts, fleet: FleetStatus)
}
