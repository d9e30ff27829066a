/// Consecutive events of a coordinator, from the number that was asked for.
struct FleetEventPage: Codable, Sendable, Equatable {
    var events: [FleetEvent]
    /// The number of the next event.
    var next: Int

    /// The maximum number of events in one answer: a segment's hashes are 10 KiB.
    static let most = 64
}
