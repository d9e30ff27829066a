/// How a fleet ended for one member.
package enum FleetOutcome: Sendable, Equatable {
    case done(FleetStatus)
    /// No other member was reachable; why, in one sentence. Files are fetched as without a fleet.
    case alone(String)
}
