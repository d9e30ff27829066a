/// The time of a coordinator's table: leaves out the periods in which this process did not run (a stopped process, a suspended machine).
///
/// The members were not silent in such a period; the coordinator could not hear them.
struct TableClock: Sendable {
    /// A coordinator reads its clock every second; after a longer pause the members follow another one.
    static let longestPause = FleetMember.leaderTimeout

    private var last = Duration.zero
    private var omitted = Duration.zero

    /// - Parameter elapsed: the time since the coordinator was made.
    /// - Returns: the table's time, and whether this process did not run since the last call.
    mutating func read(_ elapsed: Duration) -> (now: Duration, hasPaused: Bool) {
        let pause = elapsed - last
        last = elapsed
        guard pause > Self.longestPause else { return (elapsed - omitted, false) }
        omitted += pause
        return (elapsed - omitted, true)
    }
}
