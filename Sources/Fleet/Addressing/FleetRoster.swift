/// Who meets where, as far as it is known before anybody was asked.
package struct FleetRoster: Sendable, Equatable {
    /// Members, this one included: 1 or more.
    package let size: Int
    /// This node's, from 0; nil: in order of joining.
    package let rank: Int?
    /// Where members are, by rank: all of them, or the first alone.
    package let hosts: [String]
    /// Where each of ``hosts`` listens.
    package let port: Int
    /// Whoever can listen at the first host is rank 0, whatever machine that is.
    package let isOpen: Bool

    package init(size: Int, rank: Int?, hosts: [String], port: Int, isOpen: Bool = false) {
        self.size = size
        self.rank = rank
        self.hosts = hosts
        self.port = port
        self.isOpen = isOpen
    }

    /// Members of a fleet at most.
    package static let most = 1024
}
