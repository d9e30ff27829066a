/// The addresses and the size of a fleet, as known before any member was contacted.
package struct FleetRoster: Sendable, Equatable {
    /// The number of members, this one included: 1 or more.
    package let size: Int
    /// This node's rank, from 0; nil: assigned in order of joining.
    package let rank: Int?
    /// Host names or addresses by rank: of all members, or of the first only.
    package let hosts: [String]
    /// The port on which each of ``hosts`` listens.
    package let port: Int
    /// The node that can listen at the first host's address is rank 0.
    package let isOpen: Bool

    package init(size: Int, rank: Int?, hosts: [String], port: Int, isOpen: Bool = false) {
        self.size = size
        self.rank = rank
        self.hosts = hosts
        self.port = port
        self.isOpen = isOpen
    }

    /// The maximum number of members.
    package static let most = 1024
}
