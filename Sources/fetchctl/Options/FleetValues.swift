import ArgumentParser
import Curl
import FetchTypes
import Fleet

extension FleetRendezvous: OptionValue {
    static var form: String { forms }
    static var example: String { "tcp://box:7700" }
    init?(argument: String) { self.init(argument) }
}

/// Nodes of a fleet.
struct FleetSize: BoundedCount {
    static let range = 1...FleetRoster.most
    static let example = "2"
    let value: Int
    init(checked value: Int) { self.value = value }
}

/// A node's number in its fleet.
struct FleetRank: BoundedCount {
    static let range = 0...FleetRoster.most - 1
    static let example = "0"
    let value: Int
    init(checked value: Int) { self.value = value }
}

/// A TCP port.
struct PortNumber: BoundedCount {
    static let range = TCPPort.range
    static let example = "7700"
    let value: Int
    init(checked value: Int) { self.value = value }
}

/// An IPv4 or IPv6 address in digits.
struct NumericAddress: OptionValue {
    static let form = "an IP address of this machine"
    static let example = "192.168.1.20"
    let text: String

    init?(argument: String) {
        guard let address = IPAddress(numeric: argument), address.isUnicast else { return nil }
        text = argument
    }
}
