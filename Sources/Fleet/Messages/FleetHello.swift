/// A member's answer to the question who it is and whether it coordinates.
struct FleetHello: Codable, Sendable, Equatable {
    /// Nil before it has a rank.
    var rank: Int?
    var isCoordinator: Bool
    /// The random name of the coordinator that it follows or is; empty where it follows none.
    var epoch: String
    /// The digest of its manifest.
    var digest: String
    /// Where the coordinator is that it follows; nil where it coordinates or follows none.
    var leader: FleetClient.Place?
    /// It is no member yet, because it lacks the file list.
    var wantsLists = false
}
