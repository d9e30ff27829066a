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

    /// Whether the text can be a host name or an address.
    static func isHost(_ text: String) -> Bool {
        // RFC 1035: a name has 253 characters at most.
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }

    /// The maximum number of members.
    package static let most = 1024
}
