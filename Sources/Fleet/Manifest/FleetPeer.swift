/// The addresses at which other members reach a member of a fleet.
package struct FleetPeer: Sendable, Equatable, Hashable, Codable {
    package let rank: Int
    /// A numeric address.
    package let address: String
    /// The port of its HTTP server: the coordinator's routes, and the bytes of bundles.
    package let controlPort: Int
    /// The port of its aria2c; 0 where it has none.
    package let dataPort: Int
    /// The name of the marker file in its target folder; empty where there is none.
    package let mark: String

    package init(rank: Int, address: String, controlPort: Int, dataPort: Int, mark: String = "") {
        self.rank = rank
        self.address = address
        self.controlPort = controlPort
        self.dataPort = dataPort
        self.mark = mark
    }
}
