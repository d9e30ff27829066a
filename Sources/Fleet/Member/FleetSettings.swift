/// The options of a member.
package struct FleetSettings: Sendable {
    package var roster: FleetRoster
    /// The numeric address of this machine in the fleet's network; nil: the address whose route leads to the coordinator.
    package var interface: String?
    /// How long a member that has all files keeps serving others after its last upload.
    package var linger = Duration.seconds(60)
    /// A fleet without another member is a failure (69).
    package var isRequired = false
    /// The stream between members is encrypted.
    package var encrypts = false
    /// The User-Agent of its requests.
    package var userAgent: String
    /// How long to look for other members before continuing alone.
    package var joinTimeout = Duration.seconds(10)
    /// How long a node that the origin refuses something awaits one that may have it.
    var accessTimeout: Duration { max(linger, joinTimeout) }

    /// ``joinTimeout`` for people.
    var joinText: String { "\(joinTimeout.components.seconds) s" }

    package init(roster: FleetRoster, userAgent: String) {
        self.roster = roster
        self.userAgent = userAgent
    }
}
