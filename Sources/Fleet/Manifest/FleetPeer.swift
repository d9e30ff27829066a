/// A member of a fleet as the others reach it.
package struct FleetPeer: Sendable, Equatable, Hashable, Codable {
    package let rank: Int
    /// Numeric.
    package let address: String
    /// Where its server listens: the coordinator's routes, and the bytes of bundles.
    package let controlPort: Int
    /// Where its aria2c listens; 0 where it has none.
    package let dataPort: Int
    /// The name of a file that stands in the folder that it fills; empty where there is none.
    package let mark: String

    package init(rank: Int, address: String, controlPort: Int, dataPort: Int, mark: String = "") {
        self.rank = rank
        self.address = address
        self.controlPort = controlPort
        self.dataPort = dataPort
        self.mark = mark
    }
}
